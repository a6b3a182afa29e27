using EdgeRetail.EdgeAgent.Health;

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

    [TestCase(0, 0, "All sales are sent. The stock is read anew; until then the figures before are shown.")]
    [TestCase(4_000, 100_000, "All sales are sent. The stock is read anew (4,000 of 100,000); until then the figures before are shown.")]
    public void A_stock_that_is_read_anew_is_said_with_how_far(long rows, long total, string words) =>
        Assert.That(SyncWords.For(SyncStatus.None with { State = SyncState.Connected, Resync = new(rows, total) }, 0, DateTimeOffset.UnixEpoch), Is.EqualTo(words));
}
