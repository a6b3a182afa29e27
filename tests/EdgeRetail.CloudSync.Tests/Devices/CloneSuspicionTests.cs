using EdgeRetail.CloudSync.Devices;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Devices;

/// <summary>Two ledgers of one device fork each other for ever; one that was set back forks and goes on.</summary>
public sealed class CloneSuspicionTests
{
    static readonly StreamId S0 = Stream(0);
    static readonly StreamId S1 = Stream(1);
    static readonly StreamId S2 = Stream(2);

    [Test]
    public void Two_copies_that_both_sync_are_suspected_at_their_third_fork()
    {
        // The copy presents S0 and gets S1, the original presents S0 and gets S2, the copy comes back with S1.
        Assert.That(Of([], S0, S0), Is.Null);
        Assert.That(Of([Fork(S1, S0)], S0, S1), Is.Null);
        Assert.That(Of([Fork(S1, S0), Fork(S2, S0)], S1, S2), Does.Contain("goes on"));
    }

    [Test]
    public void A_device_that_is_set_back_to_the_same_image_every_hour_is_not()
    {
        var forks = Enumerable.Range(1, 20).Select(n => Fork(Stream(n), S0)).ToList();
        Assert.That(Of(forks, S0, Stream(20)), Is.Null);
    }

    [Test]
    public void A_device_whose_disk_rots_again_and_again_is_not()
    {
        var forks = Enumerable.Range(1, 20).Select(n => Fork(Stream(n), Stream(n - 1))).ToList();
        Assert.That(Of(forks, Stream(20), Stream(20)), Is.Null);
    }

    [Test]
    public void Welcomes_that_got_lost_do_not_count()
    {
        var forks = Enumerable.Range(1, 20).Select(n => Fork(Stream(n), S0, used: false)).ToList();
        Assert.That(Of(forks, S0, Stream(20)), Is.Null);
    }

    [Test]
    public void Two_machines_that_take_turns_are_suspected_whatever_streams_they_present() =>
        Assert.That(Of([Fork(S1, S0, boot: 7, machine: "a"), Fork(S2, S0, boot: 8, machine: "b")], S0, S2, boot: 9, machine: "a"), Does.Contain("taking turns"));

    [Test]
    public void Two_boots_that_take_turns_are_suspected_also_on_equal_machines() =>
        Assert.That(Of([Fork(S1, S0, boot: 7), Fork(S2, S0, boot: 8)], S0, S2, boot: 7), Does.Contain("taking turns"));

    [Test]
    public void A_machine_that_reboots_between_forks_is_not() =>
        Assert.That(Of([Fork(S1, S0, boot: 7), Fork(S2, S1, boot: 8)], S2, S2, boot: 9), Is.Null);

    static string? Of(IReadOnlyList<StreamOpening> recent, StreamId presented, StreamId current, long boot = 1, string machine = "till") =>
        CloneSuspicion.Of(recent, presented, current, boot, machine);

    static StreamOpening Fork(StreamId opened, StreamId presented, bool used = true, long boot = 1, string machine = "till") => new(opened, presented, boot, machine, used);

    static StreamId Stream(int n) => new(new Guid(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));
}
