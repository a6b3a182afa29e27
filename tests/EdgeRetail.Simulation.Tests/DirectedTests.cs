using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Runs;

namespace EdgeRetail.Simulation.Tests;

/// <summary>Rules that seeds miss too rarely: each is shown by a course of events in which it is all that helps.</summary>
[TestFixture]
public sealed class DirectedTests
{
    [TestCase(ProtocolRule.None)]
    [TestCase(ProtocolRule.IdleDiscovery)]
    public void An_idle_device_finds_out_that_the_cloud_forgot_what_it_had_acknowledged(ProtocolRule without)
    {
        using var scenario = new Scenario(without, devices: 2);
        var (idle, other, world) = (scenario[0], scenario[1], scenario.World);
        idle.Sell();
        other.Sell();
        scenario.UntilAtRest();

        // A standby that lags by one commit takes over between that commit and its page; the acknowledgement is on its way.
        var (image, truth) = (world.Database.TakeImage(), world.Checker.Cloud);
        idle.Sell();
        scenario.Until(() => world.Checker.Cloud != truth);
        world.Database.Put(image, noticed: true);
        world.Checker.Restored(truth);
        scenario.Until(() => idle.Disk.AcknowledgedThrough == idle.Disk.LastSequence);
        // Nobody presses a key there any more; next door somebody does.
        scenario.After(TimeSpan.FromMinutes(1));
        other.Sell();
        var broken = scenario.End();

        Judge(without, broken);
    }

    [TestCase(ProtocolRule.None)]
    [TestCase(ProtocolRule.MarkerChain)]
    public void A_sale_is_not_taken_for_covered_because_a_copy_of_the_ledger_has_as_many_entries(ProtocolRule without)
    {
        using var scenario = new Scenario(without, devices: 1);
        var (original, world) = (scenario[0], scenario.World);
        original.Calls = world.Replicas[0];
        original.Sell();
        scenario.UntilAtRest();

        // The copy is another replica's: nobody tells the original's call. What the original sells gets stuck.
        world.Checker.Copied(original.Disk.Identity.DeviceCode);
        var copy = world.AddCopy(original.Disk.TakeImage());
        copy.Calls = world.Replicas[1];
        world.Loses = (machine, message) => machine == original && message is DeviceMessage { MessageCase: DeviceMessage.MessageOneofCase.Batch };
        original.Sell();
        copy.Start();
        scenario.Until(() => copy.Disk.StoreCursor.Version > 0);
        copy.Sell();
        string? broken = null;
        try
        {
            scenario.After(TimeSpan.FromSeconds(30));
        }
        catch (ViolationException e)
        {
            broken = e.Message;
        }

        world.Loses = null;
        Judge(without, broken ?? scenario.End());
    }

    static void Judge(ProtocolRule without, string? broken)
    {
        if (without == ProtocolRule.None)
        {
            Assert.That(broken, Is.Null);
            return;
        }

        Assert.That(broken, Is.Not.Null, $"Nothing broke without {without}.");
        TestContext.Out.WriteLine($"{without}: {broken}");
    }
}
