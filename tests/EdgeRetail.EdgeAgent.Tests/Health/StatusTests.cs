using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent.Tests.Health;

sealed class StatusTests : AgentFixture
{
    [Test]
    public void Contact_and_error_outlive_a_restart_and_the_state_does_not()
    {
        var now = Time.GetUtcNow();
        Agent.SyncStatus.Update(new(SyncState.Held, now, "REVOKED", "The device is revoked.", now, now.AddMinutes(5)));
        Assert.That(Agent.Queries.Status().Sync.State, Is.EqualTo(SyncState.Held));
        Reopen();
        Assert.That(Agent.Queries.Status().Sync, Is.EqualTo(new SyncStatus(SyncState.Stopped, now, "REVOKED", "The device is revoked.", now, null)));
    }

    [Test]
    public void A_contact_every_second_is_not_written_every_second_and_every_change_is_told()
    {
        var told = 0;
        Agent.Changed += (_, change) => told += change == AgentChange.SyncStatus ? 1 : 0;
        var start = Time.GetUtcNow();
        for (var second = 0; second < 40; second++) Agent.SyncStatus.Update(SyncStatus.None with { State = SyncState.Connected, LastContactAt = start.AddSeconds(second) });
        Agent.SyncStatus.Update(Agent.SyncStatus.Current);
        Assert.That(told, Is.EqualTo(40));
        Assert.That(Scalar("SELECT last_contact_at_ms FROM sync_status"), Is.EqualTo(start.AddSeconds(30).ToUnixTimeMilliseconds()));
    }

    [Test]
    public void Status_shows_the_figures_of_the_ledger()
    {
        LoadCatalogue();
        SellMilk();
        Time.Advance(TimeSpan.FromMinutes(3));
        SellMilk();
        var status = Agent.Queries.Status();
        Assert.That((status.Outbox.Count, status.PendingCount, status.LastSequence, status.NextReceiptNumber, status.CatalogueProducts, status.CatalogueVersion), Is.EqualTo((2L, 2L, 2L, 3, 3L, 3L)));
        Assert.That(status.Outbox.OldestAt, Is.EqualTo(Time.GetUtcNow().AddMinutes(-3)));
        Assert.That(status.DiskFreeBytes, Is.Positive);
        Assert.That(status.SyncWords, Is.Not.Empty);
    }

    [Test]
    public void A_machine_without_the_stores_zone_is_told_and_sells()
    {
        Agent.Dispose();
        Tamper("UPDATE identity SET time_zone = 'Nowhere/Atlantis'");
        Agent = Agent.Open(Options, Time);
        SellMilk();
        Assert.That(Agent.Queries.Status().Warnings.Select(warning => warning.Code), Is.EqualTo(new[] { "TIME_ZONE_MISSING" }));
        Assert.That(Entries.Single().Header.TimeZoneVersion, Is.EqualTo("none"));
    }

    [Test]
    public async Task A_write_that_does_not_end_is_named_until_it_does()
    {
        using var began = new ManualResetEventSlim();
        using var answers = new ManualResetEventSlim();
        var hanging = Task.Factory.StartNew(
            () => Agent.States.Write(Durability.Repeatable, (_, state) =>
            {
                began.Set();
                answers.Wait();
                return (true, state);
            }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        began.Wait();
        Assert.That(Warnings(), Is.Empty);
        Time.Advance(LedgerHealth.DiskPatience);
        Assert.That(Warnings(), Is.EqualTo(new[] { LedgerHealth.DiskHangs }));
        answers.Set();
        await hanging;
        Assert.That(Warnings(), Is.Empty);
    }

    [Test]
    public void A_sync_that_does_not_come_round_is_named_until_it_does()
    {
        Agent.SyncLoop.Works();
        Time.Advance(LoopDeadline.Patience);
        Assert.That(Warnings(), Is.Empty);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Warnings(), Is.EqualTo(new[] { LedgerHealth.SyncHangs }));
        Agent.SyncLoop.Waits(null);
        Assert.That(Warnings(), Is.Empty);
    }

    [Test]
    public void An_entry_that_was_acknowledged_and_that_no_feed_brings_is_told_after_ten_minutes()
    {
        SellMilk();
        var hello = Agent.Ledger.HelloState();
        Agent.Outbox.Acknowledge(1, hello.LastChain, 0, []);
        Agent.SyncStatus.Update(SyncStatus.None with { State = SyncState.Connected });
        var told = 0;
        Agent.Changed += (_, change) => told += change == AgentChange.Health ? 1 : 0;
        Agent.ObserveHealth();
        Time.Advance(TimeSpan.FromMinutes(9));
        SellMilk();
        Agent.ObserveHealth();
        Assert.That((Agent.Queries.Status().Conditions.Count, told), Is.EqualTo((0, 0)));

        Time.Advance(TimeSpan.FromMinutes(1));
        Agent.ObserveHealth();
        Assert.That(Agent.Queries.Status().Conditions.Single().Code, Is.EqualTo("PENDING_TOO_LONG"));
        Assert.That(told, Is.EqualTo(1));

        Agent.SyncStatus.Update(SyncStatus.None with { State = SyncState.Offline });
        Agent.ObserveHealth();
        Assert.That(Agent.Queries.Status().Conditions, Is.Empty, "without a session nothing can bring it");
    }

    [Test]
    public void What_the_cloud_forgot_is_told_until_it_is_there_again_also_over_a_restart()
    {
        for (var sale = 1; sale <= 3; sale++) SellMilk();
        var hello = Agent.Ledger.HelloState();
        Agent.Outbox.Acknowledge(3, hello.LastChain, 0, []);
        Agent.Ledger.SaveWelcome(new(new byte[] { 1 }, hello.Stream, 1, Agent.Ledger.ChainAt(1)!.Value, 0, new(Guid.NewGuid()), new(0), Time.GetUtcNow(), null));
        Reopen();
        var status = Agent.Queries.Status();
        Assert.That((status.Conditions.Single().Code, status.RewindsThrough), Is.EqualTo(("REWINDING", 3L)));

        // The line was cut in between: the next Hello speaks of the two that are there.
        Agent.Outbox.Acknowledge(2, Agent.Ledger.ChainAt(2)!.Value, 0, []);
        Agent.Ledger.SaveWelcome(new(new byte[] { 2 }, hello.Stream, 2, Agent.Ledger.ChainAt(2)!.Value, 0, new(Guid.NewGuid()), new(0), Time.GetUtcNow(), null));
        Assert.That(Agent.Queries.Status().RewindsThrough, Is.EqualTo(3));
        Agent.Outbox.Acknowledge(3, hello.LastChain, 0, []);
        status = Agent.Queries.Status();
        Assert.That((status.Conditions.Count, status.RewindsThrough), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void A_clock_that_the_cloud_found_off_is_told_until_it_is_set_right()
    {
        var hello = Agent.Ledger.HelloState();
        Agent.Ledger.SaveWelcome(new(new byte[] { 1 }, hello.Stream, 0, hello.LastChain, 0, new(Guid.NewGuid()), new(0), Time.GetUtcNow().AddHours(-3), null));
        Assert.That(Agent.Queries.Status().Conditions.Single(), Has.Property("Code").EqualTo("CLOCK_AHEAD").And.Property("Message").EqualTo("The clock of this machine is 3 h ahead."));
        Time.SetWall(Time.GetUtcNow().AddHours(-3));
        Assert.That(Agent.Queries.Status().Conditions, Is.Empty);
    }

    [TestCase(0, 0, "All sales are sent. The stock is read anew; until then the figures before are shown.")]
    [TestCase(4_000, 100_000, "All sales are sent. The stock is read anew (4,000 of 100,000); until then the figures before are shown.")]
    public void A_stock_that_is_read_anew_is_said_with_how_far(long rows, long total, string words) =>
        Assert.That(SyncWords.For(SyncStatus.None with { State = SyncState.Connected, Resync = new(rows, total) }, 0, DateTimeOffset.UnixEpoch), Is.EqualTo(words));

    IEnumerable<string> Warnings() => Agent.Queries.Status().Warnings.Select(warning => warning.Code);
}
