using EdgeRetail.EdgeAgent.Health;

namespace EdgeRetail.EdgeAgent.Tests.Health;

public sealed class SyncConditionsTests
{
    static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly SyncFacts Plain = new(SyncStatus.None with { State = SyncState.Connected, LastContactAt = Now }, 10, 0, "ENROLLED", Now.AddYears(-1), TimeSpan.FromSeconds(0.1), 0, CoverageIsLate: false);

    [Test]
    public void A_device_that_is_well_has_none() => Assert.That(SyncConditions.Of(Plain, Now), Is.Empty);

    [Test]
    public void Before_the_first_session_there_is_nothing_to_say() =>
        Assert.That(SyncConditions.Of(Plain with { Sync = SyncStatus.None, AcknowledgedThrough = 0, ClockOffset = null }, Now), Is.Empty);

    [TestCase(SyncState.Held, 0, true)]
    [TestCase(SyncState.Connecting, 0, true, TestName = "A_held_device_that_asks_again_is_held_until_it_is_let_in")]
    [TestCase(SyncState.Stopped, 0, true, TestName = "A_held_device_is_held_also_where_its_agent_does_not_run")]
    [TestCase(SyncState.Connected, 5, false, TestName = "A_device_that_was_let_in_again_is_not_held")]
    [TestCase(SyncState.Offline, 5, false, TestName = "A_device_that_was_let_in_and_went_offline_is_not_held")]
    public void A_held_device_says_so_with_its_way_out(SyncState state, int contactSecondsAfter, bool held)
    {
        var sync = new SyncStatus(state, Now.AddSeconds(contactSecondsAfter - 60), SyncConditions.CloneSuspected, "Two boots take turns.", Now.AddSeconds(-60), null);
        var conditions = SyncConditions.Of(Plain with { Sync = sync }, Now);
        Assert.That(conditions.Select(condition => condition.Code), Is.EqualTo(held ? new[] { "CLONE_SUSPECTED" } : []));
        if (held) Assert.That((conditions[0].Message, conditions[0].NextStep), Is.EqualTo(("Held: clone suspected. Two boots take turns.", SyncAdvice.NextStep("CLONE_SUSPECTED"))));
    }

    [Test]
    public void Rewinding_says_how_much_goes_up_again_and_ends_when_it_is_there()
    {
        var rewinding = SyncConditions.Of(Plain with { RewindsThrough = 1_250 }, Now).Single();
        Assert.That((rewinding.Code, rewinding.Message), Is.EqualTo(("REWINDING", "Rewinding: the cloud was set back after it had acknowledged 1,250 entries; 1,240 of them go up again.")));
        Assert.That(SyncConditions.Of(Plain with { RewindsThrough = 1_250, AcknowledgedThrough = 1_250 }, Now), Is.Empty);
    }

    [Test]
    public void A_new_stream_is_news_for_a_week()
    {
        var opened = Plain with { StreamOpenedBecause = "LEDGER_SET_BACK", StreamOpenedAt = Now.AddHours(-2) };
        Assert.That(SyncConditions.Of(opened, Now).Single(), Has.Property("Code").EqualTo("NEW_STREAM").And.Property("Message").StartsWith("New stream (LEDGER_SET_BACK):"));
        Assert.That(SyncConditions.Of(opened, Now.AddDays(7)), Is.Empty);
    }

    [Test]
    public void A_hole_that_the_cloud_lost_asks_for_a_recount_for_a_month()
    {
        var lost = Plain with { StreamOpenedBecause = "CLOUD_LOST_DURABLE", StreamOpenedAt = Now };
        Assert.That(SyncConditions.Of(lost, Now.AddDays(29)).Single(), Has.Property("Code").EqualTo("CLOUD_LOST_DURABLE").And.Property("NextStep").Contain("Count the stock"));
        Assert.That(SyncConditions.Of(lost, Now.AddDays(31)), Is.Empty);
    }

    [TestCase(0, 0, "The stock is read anew; until then the figures before are shown.")]
    [TestCase(4_000, 20_000, "The stock is read anew; until then the figures before are shown. 4,000 of 20,000 rows so far.")]
    public void A_stock_that_is_read_anew_is_told_as_n_of_m(long rows, long total, string message) =>
        Assert.That(SyncConditions.Of(Plain with { Sync = Plain.Sync with { Resync = new(rows, total) } }, Now).Single(), Has.Property("Code").EqualTo("RESYNCING").And.Property("Message").EqualTo(message));

    [TestCase(4.9, null)]
    [TestCase(12, "CLOCK_AHEAD The clock of this machine is 12 s ahead.")]
    [TestCase(-90_000, "CLOCK_BEHIND The clock of this machine is 25 h behind.")]
    [TestCase(86_400.0 * 365.25 * 76, "CLOCK_AHEAD The clock of this machine is 76 years ahead.")]
    public void A_clock_that_is_off_is_told(double seconds, string? told) =>
        Assert.That(SyncConditions.Of(Plain with { ClockOffset = TimeSpan.FromSeconds(seconds) }, Now).Select(condition => $"{condition.Code} {condition.Message}").SingleOrDefault(), Is.EqualTo(told));

    [Test]
    public void Quarantined_entries_and_those_that_no_feed_brings_are_told()
    {
        var conditions = SyncConditions.Of(Plain with { QuarantinedCount = 1, CoverageIsLate = true }, Now);
        Assert.That(conditions.Select(condition => condition.Code), Is.EqualTo(new[] { "ENTRIES_QUARANTINED", "PENDING_TOO_LONG" }));
        Assert.That(conditions[0].Message, Does.StartWith("1 entry stands in quarantine"));
    }

    [Test]
    public void The_cloud_is_told_what_it_does_not_know_better()
    {
        var all = SyncConditions.Of(
            new(new(SyncState.Held, null, "CLONE_SUSPECTED", "m", Now, null) { Resync = new(1, 2) }, 1, 2, "LEDGER_FORKED", Now, TimeSpan.FromMinutes(1), 1, CoverageIsLate: true), Now);
        Assert.That(all.Where(SyncConditions.IsForTheCloud).Select(condition => condition.Code), Is.EqualTo(new[] { "RESYNCING", "ENTRIES_QUARANTINED", "PENDING_TOO_LONG", "CLOCK_AHEAD" }));
        Assert.That(all.Where(condition => !SyncConditions.IsForTheCloud(condition)).Select(condition => condition.Code), Is.EqualTo(new[] { "CLONE_SUSPECTED", "REWINDING", "NEW_STREAM" }));
    }
}
