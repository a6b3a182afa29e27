using EdgeRetail.CloudSync.Durability;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Tests.Durability;

public sealed class DurabilityRulesTests
{
    const string Segment3 = "000000010000000000000003";

    static readonly WaitingMark Mark = new(7, NpgsqlLogSequenceNumber.Parse("0/3000100"), Segment3, TimeSpan.FromDays(3));

    [TestCase(null, false, TestName = "Nothing was archived yet")]
    [TestCase("000000010000000000000002", false, TestName = "The segment before was archived")]
    [TestCase(Segment3, true, TestName = "The mark's segment was archived")]
    [TestCase("000000010000000000000004", true, TestName = "A later segment was archived")]
    [TestCase("0000000100000001000000FF", true, TestName = "Segments are compared as numbers, not as endings")]
    [TestCase("000000020000000000000009", false, TestName = "A segment of another timeline says nothing")]
    [TestCase("00000002.history", false, TestName = "A timeline's history says nothing")]
    [TestCase("000000010000000000000004.00000028.backup", false, TestName = "A backup's label says nothing")]
    [TestCase("000000010000000000000004.partial", false, TestName = "A part of a segment says nothing")]
    public void The_archive_holds_a_mark_when_its_segment_is_there(string? lastArchived, bool holds) =>
        Assert.That(DurabilityRules.Newest(new DurabilityMode.Archive(), [Mark], Facts(lastArchived)), holds ? Is.EqualTo(Mark) : Is.Null);

    [TestCase("0/30000FF", false)]
    [TestCase("0/3000100", true)]
    [TestCase("1/0", true)]
    [TestCase(null, false)]
    public void A_standby_holds_a_mark_when_it_has_flushed_as_far(string? flushed, bool holds)
    {
        var facts = Facts(Segment3, isStandbyConfigured: true, flushed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DurabilityRules.Newest(new DurabilityMode.Standby(), [Mark], facts), holds ? Is.EqualTo(Mark) : Is.Null);
            Assert.That(DurabilityRules.Newest(new DurabilityMode.Archive(), [Mark], facts), holds ? Is.EqualTo(Mark) : Is.Null, "the archive alone is not enough where a standby is configured");
        }
    }

    [Test]
    public void Without_a_configured_standby_nothing_is_durable_by_it() =>
        Assert.That(DurabilityRules.Newest(new DurabilityMode.Standby(), [Mark], Facts(Segment3, isStandbyConfigured: false, "1/0")), Is.Null);

    [Test]
    public void By_age_the_newest_mark_that_is_old_enough_counts()
    {
        WaitingMark[] waiting = [Mark, Mark with { MarkId = 8, Age = TimeSpan.FromDays(2) }, Mark with { MarkId = 9, Age = TimeSpan.FromHours(1) }];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DurabilityRules.Newest(new DurabilityMode.Age(TimeSpan.FromDays(2)), waiting, Facts(null))?.MarkId, Is.EqualTo(8));
            Assert.That(DurabilityRules.Newest(new DurabilityMode.Age(TimeSpan.FromDays(14)), waiting, Facts(null)), Is.Null);
        }
    }

    [Test]
    public void A_quiet_server_is_made_to_end_a_segment_only_where_something_waits_for_it()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DurabilityRules.WaitsForSwitch(new DurabilityMode.Archive(), [Mark], Facts(null)), Is.True);
            Assert.That(DurabilityRules.WaitsForSwitch(new DurabilityMode.Archive(), [Mark], Facts(null) with { CurrentSegment = "000000010000000000000004" }), Is.False, "it has ended, the archiver is at it");
            Assert.That(DurabilityRules.WaitsForSwitch(new DurabilityMode.Archive(), [], Facts(null)), Is.False);
            Assert.That(DurabilityRules.WaitsForSwitch(new DurabilityMode.Age(TimeSpan.FromDays(14)), [Mark], Facts(null)), Is.False);
        }
    }

    [TestCase("archive", "durable: in the archive of the write-ahead log")]
    [TestCase("standby", "durable: on the synchronous standby")]
    [TestCase("age:14d", "durable: assumed after 14 days")]
    [TestCase("age:1d", "durable: assumed after 1 day")]
    [TestCase("age:36h", "durable: assumed after 36 hours")]
    public void A_mode_is_read_as_it_is_written_and_says_what_it_means(string text, string words) =>
        Assert.That((DurabilityMode.Read(text)?.Name, DurabilityMode.Read(text)?.Words), Is.EqualTo((text, words)));

    [TestCase("")]
    [TestCase("Archive")]
    [TestCase("age")]
    [TestCase("age:14")]
    [TestCase("age:0h")]
    [TestCase("age:-1d")]
    [TestCase("age:99999d")]
    [TestCase("age:1d\n")]
    public void What_is_no_mode_is_refused(string text) => Assert.That(DurabilityMode.Read(text), Is.Null);

    static DurabilityFacts Facts(string? lastArchived, bool isStandbyConfigured = false, string? flushed = null) =>
        new(lastArchived, Segment3, isStandbyConfigured, flushed is null ? null : NpgsqlLogSequenceNumber.Parse(flushed));
}
