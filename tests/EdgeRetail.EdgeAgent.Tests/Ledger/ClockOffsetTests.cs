using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Sync;
using ClockQuality = EdgeRetail.Contracts.Entries.ClockQuality;

namespace EdgeRetail.EdgeAgent.Tests.Ledger;

sealed class ClockOffsetTests : AgentFixture
{
    const long ServerMs = 1_800_000_000_000;

    [TestCase(0L, 0, 0, 2L, TestName = "Clocks that agree")]
    [TestCase(1_000L, 40, 60, 52L, TestName = "Half of the way's time is the error, whichever way took longer")]
    [TestCase(-1_800_000_000_000L, 10, 10, 12L, TestName = "A clock at 1970")]
    public void An_offset_is_measured_by_four_stamps(long offset, long wayUp, long wayDown, long error)
    {
        var found = ClockOffset.Measure(7, ServerMs + offset, ServerMs + wayUp, ServerMs + wayUp + 5, ServerMs + wayUp + 5 + wayDown + offset);
        Assert.That(found, Is.Not.Null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Math.Abs(found!.OffsetMs - offset), Is.AtMost(found.ErrorMs), "the error is true");
            Assert.That((found.OffsetMs, found.ErrorMs), Is.EqualTo((offset + ((wayDown - wayUp) / 2), error)));
        }
    }

    [TestCase(0L, 700, 10, TestName = "A first call that took long says nothing against the clock")]
    [TestCase(90L, 100, 100, TestName = "What is less than the error is no offset")]
    [TestCase(-90L, 0, 200, TestName = "Neither is it backwards")]
    public void A_clock_that_may_be_right_is_taken_for_right(long offset, long wayUp, long wayDown)
    {
        var found = ClockOffset.Measure(7, ServerMs + offset, ServerMs + wayUp, ServerMs + wayUp + 5, ServerMs + wayUp + 5 + wayDown + offset);
        Assert.That((found!.OffsetMs, found.ErrorMs), Is.EqualTo((0L, ((wayUp + wayDown) / 2) + 2L)));
        Assert.That(Math.Abs(offset), Is.AtMost(found.ErrorMs), "the error is true");
    }

    [TestCase(10_000L, 1L, TestName = "A way of ten seconds tells too little")]
    [TestCase(0L, 60_000L, TestName = "A cloud that claims more time than passed is not believed")]
    public void What_was_measured_badly_is_not_agreed(long onTheWay, long claimed) =>
        Assert.That(ClockOffset.Measure(7, ServerMs, ServerMs, ServerMs + claimed, ServerMs + onTheWay), Is.Null);

    [Test]
    public void The_first_offset_of_a_boot_is_kept_and_presented_with_those_of_earlier_boots()
    {
        var boot = Agent.Clock.Read().BootId;
        Welcome(new(boot, 5_000, 3));
        Welcome(new(boot, 9_000, 1));
        Welcome(new(boot ^ ulong.MaxValue, -4_000, 2));
        Reopen();
        Assert.That(Agent.Ledger.HelloState().ClockOffsets, Is.EquivalentTo(new ClockOffset[] { new(boot, 5_000, 3), new(boot ^ ulong.MaxValue, -4_000, 2) }));
    }

    [Test]
    public void What_the_cloud_has_for_this_boot_is_adopted_and_what_the_ledger_has_stands()
    {
        var boot = Agent.Clock.Read().BootId;
        var told = new Welcome { ReceivedTimeMs = ServerMs, ServerTimeMs = ServerMs, Offset = new() { BootId = boot, OffsetMs = 5_000, ErrorMs = 3 } };
        var (adopted, toTell) = ClockOffsets.Agree(Agent.Ledger.HelloState(), told, Said(null), TimeSpan.Zero);
        Assert.That((adopted.ClockOffset, toTell), Is.EqualTo((new ClockOffset(boot, 5_000, 3), (OffsetRecord?)null)));

        Agent.Ledger.SaveWelcome(adopted);
        told.Offset.OffsetMs = 8_000;
        Assert.That(ClockOffsets.Agree(Agent.Ledger.HelloState(), told, Said(null), TimeSpan.Zero).Welcome.ClockOffset, Is.Null);
    }

    [Test]
    public void An_offset_of_another_boot_or_beyond_belief_is_measured_instead()
    {
        var state = Agent.Ledger.HelloState();
        var wallMs = state.Clock.WallTime.ToUnixTimeMilliseconds();
        foreach (var offset in (OffsetRecord[])[new() { BootId = 1, OffsetMs = 5_000, ErrorMs = 3 }, new() { BootId = state.Clock.BootId, OffsetMs = 5_000, ErrorMs = 60_000 }])
        {
            var told = new Welcome { ReceivedTimeMs = wallMs - 700, ServerTimeMs = wallMs - 700, Offset = offset };
            var (welcome, toTell) = ClockOffsets.Agree(state, told, Said(null), TimeSpan.FromMilliseconds(20));
            Assert.That(welcome.ClockOffset, Is.EqualTo(new ClockOffset(state.Clock.BootId, 710, 12)));
            Assert.That(toTell, Is.EqualTo(new OffsetRecord { BootId = state.Clock.BootId, OffsetMs = 710, ErrorMs = 12 }));
        }
    }

    [Test]
    public void A_clock_that_was_ahead_in_an_earlier_run_is_given_up_at_the_start()
    {
        SellMilk();
        Tamper($"UPDATE identity SET hlc = {Time.GetUtcNow().AddYears(76).ToUnixTimeMilliseconds() << 16}");
        Time.Advance(TimeSpan.FromSeconds(1));
        Reopen();
        SellMilk();
        SellMilk();
        var ahead = Entries.Select(entry => entry.Header.Hlc.Milliseconds - Time.GetUtcNow().ToUnixTimeMilliseconds()).ToList();
        Assert.That(ahead, Has.All.InRange(-60_000, 60_000));
        Assert.That(Entries.Select(entry => entry.Header.Hlc.Packed), Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public void Within_the_bound_the_clock_never_goes_back_over_a_restart()
    {
        SellMilk();
        Tamper($"UPDATE identity SET hlc = {Time.GetUtcNow().AddSeconds(50).ToUnixTimeMilliseconds() << 16}");
        Reopen();
        SellMilk();
        Assert.That(Entries[^1].Header.Hlc.Milliseconds, Is.EqualTo(Time.GetUtcNow().AddSeconds(50).ToUnixTimeMilliseconds()));
    }

    [TestCase(76 * 365.0, TestName = "A clock that jumps ahead after a Welcome is not believed, and puts no other clock ahead")]
    [TestCase(-56 * 365.0, TestName = "A clock that jumps back to 1970 after a Welcome is not believed")]
    public void A_clock_that_jumps_after_a_Welcome_is_not_believed_until_it_is_right_again(double days)
    {
        Welcome(new(Agent.Clock.Read().BootId, 0, 1));
        SellMilk();
        Time.Advance(TimeSpan.FromMinutes(5));
        var right = Time.GetUtcNow();
        Time.SetWall(right.AddDays(days));
        SellMilk();
        Time.Advance(TimeSpan.FromMinutes(5));
        Time.SetWall(right.AddMinutes(5));
        SellMilk();

        var headers = Entries.Select(entry => entry.Header).ToList();
        Assert.That(headers.Select(header => header.ClockQuality), Is.EqualTo(new[] { ClockQuality.Trusted, ClockQuality.Untrusted, ClockQuality.Trusted }));
        Assert.That(headers[1].Hlc.Milliseconds, Is.EqualTo(right.ToUnixTimeMilliseconds()), "time goes on from what the cloud said");
        Assert.That(Scalar("SELECT hlc FROM identity") >> 16, Is.EqualTo(right.AddMinutes(5).ToUnixTimeMilliseconds()));
        Assert.That(headers[1].WallTime, Is.EqualTo(right.AddDays(days)), "as it stood");
    }

    void Welcome(ClockOffset offset) => Assert.That(Agent.Ledger.SaveWelcome(Said(offset)), Is.TypeOf<WelcomeOutcome.Resumed>());

    SessionWelcome Said(ClockOffset? offset) => new(
        new byte[] { 1 }, Stream, 0, ChainHash.Start(Stream), 0, new(Guid.NewGuid()), default, Time.GetUtcNow(), null) { ClockOffset = offset };
}
