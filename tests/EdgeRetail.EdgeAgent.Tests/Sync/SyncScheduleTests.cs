using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

sealed class SyncScheduleTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(2, 4)]
    [TestCase(5, 32)]
    [TestCase(8, 256)]
    [TestCase(9, 300)]
    [TestCase(1_000_000, 300)]
    public void The_bound_doubles_from_a_second_to_five_minutes(int failuresBefore, int boundSeconds)
    {
        var schedule = new SyncSchedule(Failed(), failuresBefore);
        Assert.That(schedule.NextDelay(0), Is.EqualTo(TimeSpan.Zero), "full jitter begins at 0");
        Assert.That(schedule.NextDelay(0.5), Is.EqualTo(boundSeconds * Second / 2));
        Assert.That(schedule.NextDelay(0.999_999), Is.LessThan(boundSeconds * Second));
    }

    [Test]
    public void The_first_call_is_made_at_once() => Assert.That(SyncSchedule.Start.NextDelay(0.9), Is.EqualTo(TimeSpan.Zero));

    [Test]
    public void Failures_in_a_row_add_up_and_a_healthy_session_ends_the_row()
    {
        var schedule = SyncSchedule.Start.After(Failed());
        Assert.That(schedule.FailuresBefore, Is.Zero);
        schedule = schedule.After(Failed()).After(Failed()).After(Failed(SyncRetry.Hello));
        Assert.That(schedule.FailuresBefore, Is.EqualTo(3));
        schedule = schedule.After(Failed() with { WasHealthy = true });
        Assert.That(schedule.FailuresBefore, Is.Zero, "it fails now, but nothing failed before it");
        Assert.That(schedule.After(Failed()).FailuresBefore, Is.EqualTo(1));
    }

    [Test]
    public void Two_sessions_in_which_nothing_moved_are_a_standstill_whatever_calls_failed_between_them()
    {
        var stoodStill = Failed() with { Code = SyncSession.NoProgress, WasConnected = true, WasHealthy = true };
        var schedule = SyncSchedule.Start.After(stoodStill);
        Assert.That(schedule.StandsStill, Is.False, "a new channel may be all it needs");
        schedule = schedule.After(Failed()).After(stoodStill);
        Assert.That(schedule.StandsStill, Is.True);
        Assert.That(schedule.After(Failed() with { WasConnected = true }).StandsStill, Is.False, "a session ended in another way");
    }

    [Test]
    public void What_the_cloud_names_is_waited_for_and_the_jitter_comes_on_top()
    {
        var schedule = SyncSchedule.Start.After(Failed() with { RetryAfter = 30 * Second });
        Assert.That(schedule.NextDelay(0), Is.EqualTo(30 * Second));
        Assert.That(schedule.NextDelay(0.5), Is.EqualTo(30.5 * Second));
    }

    [Test]
    public void A_reconnect_that_the_cloud_asked_for_is_no_failure_and_waits_only_as_told()
    {
        var asked = Failed(SyncRetry.Reconnect) with { RetryAfter = Second / 4 };
        var schedule = SyncSchedule.Start.After(Failed()).After(Failed()).After(asked);
        Assert.That(schedule.NextDelay(0.9), Is.EqualTo(Second / 4));
        Assert.That(schedule.After(Failed()).FailuresBefore, Is.Zero);
    }

    [Test]
    public void A_new_Hello_comes_at_once_and_backs_off_where_it_repeats_without_progress()
    {
        var schedule = SyncSchedule.Start.After(Failed(SyncRetry.Hello));
        Assert.That(schedule.NextDelay(0.5), Is.EqualTo(TimeSpan.Zero));
        schedule = schedule.After(Failed(SyncRetry.Hello));
        Assert.That(schedule.NextDelay(0.5), Is.EqualTo(Second / 2));
        schedule = schedule.After(Failed(SyncRetry.Hello));
        Assert.That(schedule.NextDelay(0.5), Is.EqualTo(Second), "two clones that fence each other must not do so in a tight loop");
    }

    [TestCase(0.0, 300)]
    [TestCase(0.5, 450)]
    public void What_needs_a_person_is_tried_seldom(double jitter, int seconds)
    {
        var schedule = SyncSchedule.Start.After(Failed(SyncRetry.Slow));
        Assert.That(schedule.NextDelay(jitter), Is.EqualTo(seconds * Second));
    }

    [Test]
    public void Nothing_comes_after_a_stop() =>
        Assert.That(SyncSchedule.Start.After(Failed(SyncRetry.Stopped)).NextDelay(0.5), Is.EqualTo(Timeout.InfiniteTimeSpan));

    static SyncEnd Failed(SyncRetry retry = SyncRetry.BackOff) => new("CLOUD_UNREACHABLE", "", retry, TimeSpan.Zero);
}
