using EdgeRetail.EdgeAgent.Sync;
using Microsoft.Extensions.Time.Testing;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

sealed class LoopDeadlineTests
{
    readonly FakeTimeProvider clock = new();

    [Test]
    public void A_loop_that_has_not_begun_misses_nothing()
    {
        var deadline = new LoopDeadline(clock);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.That(deadline.IsMissed, Is.False);
    }

    [Test]
    public void Work_that_does_not_end_is_missed_and_work_that_takes_a_while_is_not()
    {
        var deadline = new LoopDeadline(clock);
        deadline.Works();
        clock.Advance(LoopDeadline.Patience);
        Assert.That(deadline.IsMissed, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(deadline.IsMissed, Is.True);
        deadline.Works();
        Assert.That(deadline.IsMissed, Is.False, "it came round after all");
    }

    [Test]
    public void A_wait_is_missed_after_its_time_and_one_without_an_end_never()
    {
        var deadline = new LoopDeadline(clock);
        deadline.Waits(TimeSpan.FromMinutes(10));
        clock.Advance(TimeSpan.FromMinutes(10) + LoopDeadline.Patience);
        Assert.That(deadline.IsMissed, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(deadline.IsMissed, Is.True);
        deadline.Waits(null);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.That(deadline.IsMissed, Is.False);
    }
}
