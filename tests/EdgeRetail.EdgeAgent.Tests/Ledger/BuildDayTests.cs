using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Tests.Ledger;

sealed class BuildDayTests
{
    [Test]
    public void The_build_stamps_the_day_of_its_sources_and_clocks_are_believed_from_a_week_before()
    {
        Assert.That(BuildDay.Value, Is.InRange(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero), TimeProvider.System.GetUtcNow()));
        Assert.That(BuildDay.Value.TimeOfDay, Is.EqualTo(TimeSpan.Zero));
        Assert.That(new AgentOptions("anywhere").BuildTime, Is.EqualTo(BuildDay.Value.AddDays(-7)));
    }
}
