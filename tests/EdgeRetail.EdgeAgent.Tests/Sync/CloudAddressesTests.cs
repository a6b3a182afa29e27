using System.Net;
using System.Net.Sockets;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

sealed class CloudAddressesTests
{
    const string Name = "cloud.example";

    static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    static readonly IPAddress Second = IPAddress.Parse("192.0.2.2");
    static readonly IPAddress Wrong = IPAddress.Parse("203.0.113.9");

    readonly FakeTimeProvider clock = new();
    TemporaryDirectory folder = null!;
    NameResolver answer = null!;
    CloudAddresses addresses = null!;

    [SetUp]
    public void Make()
    {
        folder = new();
        Resolves(First);
        Restart();
    }

    [TearDown]
    public void Delete() => folder.Dispose();

    [Test]
    public async Task A_name_is_resolved_for_every_call()
    {
        Assert.That(await FindAsync(), Is.EqualTo(new[] { First }));
        Reach(First);
        Resolves(Second);
        Assert.That(await FindAsync(), Is.EqualTo(new[] { Second, First }), "the cloud has moved");
        Reach(Second);
        Assert.That(await FindAsync(), Is.EqualTo(new[] { Second, First }));
    }

    [Test]
    public async Task Where_a_name_does_not_resolve_the_cloud_is_looked_for_where_it_last_answered([Values] bool afterRestart)
    {
        await FindAsync();
        Reach(First);
        if (afterRestart) Restart();
        Fails();
        for (var call = 0; call < 4; call++) Assert.That(await FindAsync(), Is.EqualTo(new[] { First }));
    }

    [Test]
    public async Task An_address_at_which_nobody_proved_to_be_the_cloud_is_not_kept()
    {
        await FindAsync();
        addresses.Connected(Name, First);
        Restart();
        Fails();
        Assert.That(Assert.ThrowsAsync<CloudNameException>(FindAsync)!.Message, Is.EqualTo("The name cloud.example cannot be resolved: Name or service not known."));
    }

    [Test]
    public async Task A_name_service_that_tells_something_wrong_has_the_last_word_every_other_time()
    {
        await FindAsync();
        Reach(First);
        Resolves(Wrong);
        Assert.That(await FindAsync(), Is.EqualTo(new[] { Wrong, First }));
        addresses.Connected(Name, Wrong);
        Assert.That(await FindAsync(), Is.EqualTo(new[] { First, Wrong }));
        Reach(First);
        Assert.That(await FindAsync(), Is.EqualTo(new[] { Wrong, First }));
    }

    [Test]
    public async Task A_name_service_that_does_not_answer_is_not_waited_for()
    {
        await FindAsync();
        Reach(First);
        answer = (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => Array.Empty<IPAddress>(), TaskScheduler.Default);
        var finding = FindAsync();
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.That(finding.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(await finding, Is.EqualTo(new[] { First }));
    }

    [Test]
    public async Task Addresses_are_of_one_name_and_not_too_many()
    {
        for (var host = 1; host <= 6; host++)
        {
            Resolves(IPAddress.Parse($"192.0.2.{host}"));
            await FindAsync();
            Reach(IPAddress.Parse($"192.0.2.{host}"));
        }

        Fails();
        Assert.That((await FindAsync()).Select(address => address.ToString()), Is.EqualTo(new[] { "192.0.2.6", "192.0.2.5", "192.0.2.4", "192.0.2.3" }));
        Assert.ThrowsAsync<CloudNameException>(() => addresses.FindAsync("other.example", default));
    }

    [TestCase("")]
    [TestCase("\0\0\0")]
    [TestCase("cloud.example\nnot an address\n")]
    public async Task A_file_that_is_none_counts_as_none(string text)
    {
        await File.WriteAllTextAsync(folder["cloud-addresses"], text);
        Fails();
        Assert.ThrowsAsync<CloudNameException>(FindAsync);
        Resolves(First);
        Assert.That(await FindAsync(), Is.EqualTo(new[] { First }));
    }

    [Test]
    public async Task A_file_that_cannot_be_written_keeps_nobody_from_the_cloud()
    {
        Directory.CreateDirectory(folder["cloud-addresses"]);
        await FindAsync();
        Reach(First);
        Fails();
        Assert.That(await FindAsync(), Is.EqualTo(new[] { First }), "in memory");
    }

    [Test]
    public async Task An_address_is_what_it_is_and_nobody_is_asked()
    {
        Fails();
        Assert.That(await addresses.FindAsync("127.0.0.1", default), Is.EqualTo(new[] { IPAddress.Loopback }));
        addresses.Connected("127.0.0.1", IPAddress.Loopback);
        addresses.Confirm();
        Assert.That(File.Exists(folder["cloud-addresses"]), Is.False);
    }

    Task<IReadOnlyList<IPAddress>> FindAsync() => addresses.FindAsync(Name, CancellationToken.None);

    void Reach(IPAddress address)
    {
        addresses.Connected(Name, address.MapToIPv6());
        addresses.Confirm();
    }

    void Resolves(IPAddress address) => answer = (_, _) => Task.FromResult<IPAddress[]>([address]);

    void Fails() => answer = (_, _) => throw new SocketException((int)SocketError.HostNotFound, "Name or service not known");

    void Restart() => addresses = new((host, cancellationToken) => answer(host, cancellationToken), folder["cloud-addresses"], clock);
}
