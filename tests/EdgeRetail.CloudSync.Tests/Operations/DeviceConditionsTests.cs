using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Tests.Operations;

public sealed class DeviceConditionsTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly DeviceSummary Plain =
        new(1, "T1", 1, "Berlin", "active", Connected: true, Now.AddSeconds(-2), 0, null, Now, 7, 7, 0, 0, 7, 7, 3, 3, null, null, "1.0", "r", null, 0) { Lineage = new("ENROLLED", null, Now.AddMinutes(-1), null, null), ClockOffsetMs = 40 };

    [Test]
    public void A_device_that_is_well_has_none() => Assert.That(DeviceConditions.Of(Plain, Now), Is.Empty);

    [Test]
    public void A_held_device_names_its_reason_and_the_commands_that_end_it()
    {
        var held = DeviceConditions.Of(Plain with { State = "held", HeldReason = "3 forks in a day, by two machines taking turns." }, Now).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((held.Code, held.Sentence, held.Tone), Is.EqualTo(("CLONE_SUSPECTED", "Held: clone suspected. 3 forks in a day, by two machines taking turns.", Tone.Bad)));
            Assert.That(held.NextStep, Does.Contain("cloud-sync device add --successor-of T1 ").And.Contain("edgeretail enrol --from FILE").And.Contain("cloud-sync device release T1"));
        }
    }

    [Test]
    public void A_hole_is_named_with_its_range_until_a_recount_is_long_past()
    {
        var lost = Plain with { Lineage = new("CLOUD_LOST_DURABLE", "r", Now.AddDays(-29), 1_200, 1_450) };
        Assert.That(DeviceConditions.Of(lost, Now).Single().Sentence, Is.EqualTo("Cloud lost durable data: entries 1,200 to 1,450 of its stream before, which the device no longer keeps."));
        Assert.That(DeviceConditions.Of(lost, Now.AddDays(2)), Is.Empty);
    }

    [Test]
    public void Rewinding_ends_when_what_was_acknowledged_is_there_again()
    {
        var rewinding = Plain with { AppliedThrough = 90, LastSequence = 100, LagEntries = 10, Reported = [new("REWINDING", "the cloud had acknowledged 97 entries and came back with 80; the device sends the rest again.", 97)] };
        rewinding = rewinding with { Conditions = DeviceConditions.Of(rewinding, Now) };
        Assert.That(rewinding.Conditions.Single().Sentence, Is.EqualTo("Rewinding: the cloud had acknowledged 97 entries and came back with 80; the device sends the rest again. 7 entries to go."));
        Assert.That(DeviceWords.Of(rewinding, Now).Sentence, Is.EqualTo("Connected, rewinding: sending 10 entries again"));
        Assert.That(DeviceConditions.Of(rewinding with { AppliedThrough = 97 }, Now), Is.Empty);
    }

    [TestCase("LEDGER_SET_BACK", "The ledger was set back.", "New stream 2 h ago: LEDGER_SET_BACK. The ledger was set back.")]
    [TestCase("STREAM_ADOPTED", null, "New stream 2 h ago: STREAM_ADOPTED.")]
    public void A_new_stream_is_news_for_a_week(string code, string? reason, string sentence)
    {
        var opened = Plain with { Lineage = new(code, reason, Now.AddHours(-2), null, null) };
        Assert.That(DeviceConditions.Of(opened, Now).Single(), Has.Property("Code").EqualTo("NEW_STREAM").And.Property("Sentence").EqualTo(sentence));
        Assert.That(DeviceConditions.Of(opened, Now.AddDays(7)), Is.Empty);
    }

    [TestCase(4_900L, null)]
    [TestCase(12_000L, "Clock ahead by 12 s.")]
    [TestCase(-12_000L, "Clock behind by 12 s.")]
    [TestCase(-3_600_000L * 30, "Clock behind by 30 h.")]
    [TestCase(86_400_000L * 60, "Clock ahead by 60 days.")]
    [TestCase(2_400_000_000_000L, "Clock ahead by 76 years.")]
    [TestCase(long.MinValue, "Clock behind by 292271023 years.")]
    public void A_clock_that_is_off_is_told(long offset, string? sentence) =>
        Assert.That(DeviceConditions.Of(Plain with { ClockOffsetMs = offset }, Now).SingleOrDefault()?.Sentence, Is.EqualTo(sentence));

    [Test]
    public void A_cache_that_is_read_anew_is_told_as_n_of_m()
    {
        var resyncing = Plain with { ResyncRows = 1_200, ResyncRowsTotal = 20_000 };
        Assert.That(DeviceConditions.Of(resyncing, Now).Single().Sentence, Is.EqualTo("Re-syncing 1,200 of 20,000 rows of its cache."));
        Assert.That(DeviceConditions.Of(resyncing with { ResyncRows = 20_000 }, Now), Is.Empty);
    }

    [TestCase("DISK_SPACE_LOW", Tone.Waiting, "Free space on the device's disk before it is full.")]
    [TestCase("LEDGER_SALVAGED", Tone.Bad, "Replace the device's disk soon, and keep the folder that it names until support has seen it. What could not be read is on paper receipts only.")]
    [TestCase("PRINTER_ON_FIRE", Tone.Waiting, "On the device, 'edgeretail status' tells more.", TestName = "A_state_that_only_a_later_release_of_the_device_knows_stands_as_it_says")]
    public void What_the_device_reports_of_itself_stands_in_its_words_with_what_to_do(string code, Tone tone, string nextStep) =>
        Assert.That(DeviceConditions.Of(Plain with { Reported = [new(code, "As the device says.")] }, Now).Single(), Is.EqualTo(new DeviceCondition(code, "As the device says.", tone, nextStep)));

    [Test]
    public void A_device_that_goes_out_of_service_says_so_until_it_is_retired_and_then_only_what_never_arrived()
    {
        var leaving = Plain with { Reported = [new("DECOMMISSIONED", "Taken out of service on the device; everything has arrived.")], ClockOffsetMs = 12_000 };
        Assert.That(DeviceConditions.Of(leaving, Now)[0], Has.Property("Code").EqualTo("DECOMMISSIONED").And.Property("NextStep").EqualTo("Retire it: 'cloud-sync device retire T1'."));
        Assert.That(DeviceConditions.Of(leaving with { State = "retired" }, Now), Is.Empty);
        var lost = leaving with { State = "retired", AppliedThrough = 30, LastSequence = 42, LagEntries = 12 };
        Assert.That(DeviceConditions.Of(lost, Now).Single(), Has.Property("Code").EqualTo("TAIL_MISSING").And.Property("Sentence").EqualTo("Retired without its last 12 entries: 31 to 42 of its stream never arrived."));
        Assert.That(DeviceWords.Of(lost, Now), Is.EqualTo(new DeviceWords("Retired: out of service; 12 entries never arrived", Tone.Bad)));
    }

    [TestCase("CLOCK_AHEAD")]
    [TestCase("RESYNCING")]
    [TestCase("NEW_STREAM")]
    [TestCase("REWINDING")]
    public void What_the_cloud_knows_better_is_not_told_twice(string code)
    {
        var device = Plain with { Reported = [new(code, "As the device says.")], ResyncRows = 1, ResyncRowsTotal = 2 };
        Assert.That(DeviceConditions.Of(device, Now).Select(condition => condition.Sentence), Does.Not.Contain("As the device says."));
    }

    [Test]
    public void A_cache_that_is_read_as_a_whole_and_not_yet_shown_is_told_in_the_devices_words() =>
        Assert.That(DeviceConditions.Of(Plain with { Reported = [new("RESYNCING", "20 of 20 rows so far.")], ResyncRows = 20, ResyncRowsTotal = 20 }, Now).Single().Sentence, Is.EqualTo("20 of 20 rows so far."));
}
