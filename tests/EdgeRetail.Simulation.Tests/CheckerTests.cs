using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Runs;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Tests;

/// <summary>What the checker looks for is put before it: a check that cannot fail would say nothing by its silence.</summary>
[TestFixture]
public sealed class CheckerTests
{
    /// <summary>PROTOCOL.md §10.</summary>
    static readonly string[] Protocol = [.. Enumerable.Range(1, 25).Select(number => $"S{number}"), .. Enumerable.Range(1, 4).Select(number => $"L{number}"), "V1"];

    [Test]
    public void Every_invariant_of_the_protocol_is_looked_at_or_said_why_not()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Invariant.All.Select(invariant => invariant.Id), Is.EqualTo(Protocol));
            Assert.That(Invariant.All.Where(invariant => !invariant.IsLookedAt).Select(invariant => invariant.Id), Is.EqualTo(new[] { "S12", "S20", "S25" }));
            Assert.That(Invariant.All.Where(invariant => !invariant.IsLookedAt && invariant.Missing.Length == 0), Is.Empty);
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public void An_acknowledgement_of_what_was_not_committed_is_noticed(bool isFalse)
    {
        using var scenario = Sold(1);
        if (isFalse) scenario.World.Alters = (_, message) => Changed(message, ack: ack => ack.AppliedThrough++);

        Judge(isFalse ? "S6" : null, () => SellAndRest(scenario));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_restore_that_takes_what_was_said_to_be_durable_is_noticed(bool isFalse)
    {
        using var scenario = new Scenario(ProtocolRule.None, devices: 1);
        var world = scenario.World;
        var (image, truth) = (world.Database.TakeImage(), world.Checker.Cloud);
        if (isFalse) world.Alters = (_, message) => Changed(message, ack: ack => ack.DurableThrough = ack.AppliedThrough);
        SellAndRest(scenario);
        world.Database.Put(image, noticed: true);

        Judge(isFalse ? "S7" : null, () => world.Checker.Restored(truth));
    }

    [TestCase(ProtocolRule.None)]
    [TestCase(ProtocolRule.RetainUntilDurable)]
    public void An_entry_that_a_restore_took_for_good_is_noticed(ProtocolRule without)
    {
        using var scenario = new Scenario(without, devices: 1);
        var world = scenario.World;
        SellAndRest(scenario);
        var (image, truth) = (world.Database.TakeImage(), world.Checker.Cloud);
        SellAndRest(scenario);
        scenario[0].Prune();
        world.Database.Put(image, noticed: true);
        world.Checker.Restored(truth);
        foreach (var replica in world.Replicas) replica.Restart();

        Assert.That(scenario.End(), without == ProtocolRule.None ? Is.Null : Does.StartWith("S9"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Rows_of_a_store_that_is_not_the_devices_are_noticed(bool isFalse)
    {
        using var scenario = Sold(1);
        if (isFalse) scenario.World.Alters = (_, message) => Changed(message, page: page => page.Store++);

        Judge(isFalse ? "S17" : null, () => SellAndRest(scenario));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_sale_whose_amounts_are_not_what_was_sold_is_noticed(bool isFalse)
    {
        using var scenario = Sold(1);
        var machine = scenario[0];
        var draft = new Draft(DraftKind.Sale, [new(ProductCode.Parse("P-1"), 2_000, 250)], Poison: false);
        var recorded = machine.Disk.Record(draft);

        Judge(isFalse ? "S19" : null, () => scenario.World.Checker.Recorded(machine, recorded, isFalse ? draft with { Lines = [draft.Lines[0] with { PriceMinor = 251 }] } : draft));
    }

    [TestCase("")]
    [TestCase("outbox")]
    [TestCase("pending")]
    [TestCase("sent")]
    public void A_report_that_is_not_true_is_noticed(string wrong)
    {
        using var scenario = new Scenario(ProtocolRule.None, devices: 1);
        var machine = scenario[0];
        scenario.World.Loses = (_, message) => message is DeviceMessage { MessageCase: DeviceMessage.MessageOneofCase.Batch };
        scenario.After(TimeSpan.FromSeconds(5));
        machine.Sell();
        var figures = ((SyncInput.FiguresRead)machine.Disk.Carry(new SyncEffect.ReadFigures())!).Figures;
        figures = wrong switch
        {
            "outbox" => figures with { OutboxCount = figures.OutboxCount - 1 },
            "pending" => figures with { PendingCount = figures.PendingCount - 1 },
            _ => figures,
        };
        if (wrong == "sent")
        {
            // The disk itself is led to believe that all is sent.
            _ = machine.Disk.Carry(new SyncEffect.PersistAcknowledgement(machine.Disk.LastSequence, machine.Disk.ChainAt(machine.Disk.LastSequence)!.Value, 0, []));
            figures = figures with { OutboxCount = 0 };
        }

        Judge(wrong.Length > 0 ? "S21" : null, () => scenario.World.Checker.Reported(machine, figures));
    }

    [TestCase(Checking.Checker.CallsInWindowMax)]
    [TestCase(Checking.Checker.CallsInWindowMax + 1)]
    public void A_device_that_calls_without_backing_off_is_noticed(int calls)
    {
        using var scenario = new Scenario(ProtocolRule.None, devices: 1);

        Judge(calls > Checking.Checker.CallsInWindowMax ? "S22" : null, () =>
        {
            for (var call = 0; call < calls; call++) scenario.World.Checker.Called(scenario[0], TimeSpan.FromHours(1) + TimeSpan.FromSeconds(call));
        });
    }

    [TestCase(1, 4, 4, 9, 9, true)]
    [TestCase(2, 4, 4, 9, 9, false)]
    [TestCase(1, 5, 4, 9, 9, false)]
    [TestCase(1, 4, 4, 10, 9, false)]
    public void More_than_the_two_sides_agreed_on_is_noticed(int open, int pages, int pagesMax, int entries, int entriesMax, bool holds) =>
        Judge(holds ? null : "S22", () => Checking.Checker.CheckBounds(new(1), open, pages, pagesMax, entries, entriesMax));

    [TestCase(false)]
    [TestCase(true)]
    public void A_confirmed_entry_that_is_gone_after_a_crash_is_noticed(bool isGone)
    {
        using var scenario = Sold(1);
        var machine = scenario[0];
        var image = machine.Disk.TakeImage();
        machine.Sell();
        // As a disk is that says "synced" and has not.
        if (isGone) machine.Disk.Put(image, ledgerAlone: false);

        Judge(isGone ? "S23" : null, () => scenario.World.Checker.CheckStarted(machine));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_ledger_that_went_back_without_anybody_noticing_is_noticed(bool withItsMark)
    {
        using var scenario = Sold(1);
        var machine = scenario[0];
        var image = machine.Disk.TakeImage();
        machine.Sell();
        machine.Disk.Put(image, ledgerAlone: !withItsMark);

        Judge(withItsMark ? "S23" : null, () => Checking.Checker.CheckLocalRollbackNoticed(machine));
    }

    [TestCase(29, false)]
    [TestCase(31, true)]
    public void A_device_of_a_herd_that_waits_far_longer_than_the_others_is_noticed(int last, bool starves) =>
        Judge(starves ? "L3" : null, () => Checking.Checker.CheckHerd([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(last)]));

    [Test]
    public void Every_device_of_a_herd_is_served()
    {
        const int Devices = 80;
        using var scenario = Sold(Devices);
        var world = scenario.World;
        world.DatabaseIsAway = true;
        foreach (var replica in world.Replicas) replica.Restart();
        foreach (var machine in world.Machines) machine.Sell();
        scenario.After(TimeSpan.FromMinutes(3));
        world.DatabaseIsAway = false;
        var back = world.Queue.Now;
        var drained = new Dictionary<Machine, TimeSpan>();
        scenario.Until(() =>
        {
            foreach (var machine in world.Machines)
            {
                if (machine.Disk.AcknowledgedThrough == machine.Disk.LastSequence) drained.TryAdd(machine, world.Queue.Now - back);
            }

            return drained.Count == Devices;
        });

        TestContext.Out.WriteLine($"median {drained.Values.Order().ElementAt(Devices / 2)}, last {drained.Values.Max()}");
        Checking.Checker.CheckHerd(drained.Values);
        Assert.That(scenario.End(), Is.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_reading_of_the_stock_that_never_ends_is_noticed(bool neverEnds)
    {
        using var scenario = Sold(3);
        var (world, reader) = (scenario.World, scenario[0]);
        scenario.UntilAtRest();
        // Of another history, and the feed grows while it is read anew.
        var (image, truth) = (world.Database.TakeImage(), world.Checker.Cloud);
        SellAndRest(scenario);
        world.Database.Put(image, noticed: true);
        world.Checker.Restored(truth);
        foreach (var replica in world.Replicas) replica.Restart();
        if (neverEnds) world.Alters = (machine, message) => machine == reader ? Changed(message, page: page => page.Marker = null) : message;

        Judge(neverEnds ? "L4" : null, () =>
        {
            for (var second = 0; second < 900; second++)
            {
                scenario.After(TimeSpan.FromSeconds(1));
                scenario[1 + (second % 2)].Sell();
            }
        });
        if (!neverEnds) Assert.That(world.Tally["cache read anew"], Is.Positive);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_cached_row_that_rotted_is_mended_or_noticed(bool isNeverCompared)
    {
        using var scenario = Sold(2);
        var (world, machine) = (scenario.World, scenario[0]);
        var (product, onHand) = machine.Disk.Cached().First(row => row.Value != 0);
        world.Checker.Rotted(machine);
        machine.Disk.Rot(product, onHand + 1_000);
        world.Checker.CheckView(machine);
        if (isNeverCompared) world.Loses = (_, message) => message is DeviceMessage { MessageCase: DeviceMessage.MessageOneofCase.SnapshotRead };

        Assert.That(scenario.End(), isNeverCompared ? Does.StartWith("L1") : Is.Null);
        Assert.That(machine.Disk.Cached()[product], Is.EqualTo(isNeverCompared ? onHand + 1_000 : onHand));
        Assert.That(world.Tally["alarm CACHE_DIFFERS"], Is.Positive);
        Assert.That(world.Tally["alarm CACHE_CORRECTED"], isNeverCompared ? Is.Zero : Is.EqualTo(1));
    }

    // ----

    static Scenario Sold(int devices)
    {
        var scenario = new Scenario(ProtocolRule.None, devices);
        SellAndRest(scenario);
        return scenario;
    }

    static void SellAndRest(Scenario scenario)
    {
        foreach (var machine in scenario.World.Machines) machine.Sell();
        scenario.UntilAtRest();
    }

    static CloudMessage Changed(CloudMessage message, Action<Ack>? ack = null, Action<Page>? page = null)
    {
        var changed = message.Clone();
        if (changed.Ack is { } answer) ack?.Invoke(answer);
        if (changed.Page is { } rows) page?.Invoke(rows);
        return changed;
    }

    static void Judge(string? invariant, Action act)
    {
        try
        {
            act();
        }
        catch (ViolationException e) when (e.Invariant == invariant)
        {
            TestContext.Out.WriteLine(e.Message);
            return;
        }

        Assert.That(invariant, Is.Null, $"Nothing broke {invariant}.");
    }
}
