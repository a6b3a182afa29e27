using System.Globalization;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Tests.Ledger;

sealed class BusinessCalendarTests
{
    [TestCase("2026-06-01T01:59:59Z", "2026-05-31", Description = "03:59:59 in Berlin")]
    [TestCase("2026-06-01T02:00:00Z", "2026-06-01", Description = "04:00 in Berlin")]
    [TestCase("2026-10-25T00:30:00Z", "2026-10-24", Description = "02:30 the first time")]
    [TestCase("2026-10-25T01:30:00Z", "2026-10-24", Description = "02:30 the second time")]
    [TestCase("2026-10-25T03:00:00Z", "2026-10-25", Description = "04:00 after the clocks went back")]
    [TestCase("2026-03-29T01:59:59Z", "2026-03-28", Description = "03:59:59 after the clocks went forward")]
    [TestCase("2026-03-29T02:00:00Z", "2026-03-29", Description = "04:00 after the clocks went forward")]
    public void The_day_begins_at_the_cut_off_in_the_stores_time(string instant, string date)
    {
        var calendar = new BusinessCalendar("Europe/Berlin", 240, "/usr/share/zoneinfo");
        Assert.That(calendar.DateOf(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)), Is.EqualTo(DateOnly.Parse(date, CultureInfo.InvariantCulture)));
        Assert.That(calendar.Version, Is.Not.EqualTo(BusinessCalendar.NoVersion));
    }

    [Test]
    public void Without_the_zones_rules_it_counts_in_UTC_and_says_so()
    {
        var calendar = new BusinessCalendar("Nowhere/Atlantis", 0, "/usr/share/zoneinfo");
        Assert.That(calendar.DateOf(new(2026, 6, 1, 23, 30, 0, TimeSpan.FromHours(2))), Is.EqualTo(new DateOnly(2026, 6, 1)));
        Assert.That(calendar.Version, Is.EqualTo("none"));
    }

    [Test]
    public void The_version_of_the_rules_is_that_of_the_machine()
    {
        var directory = Directory.CreateTempSubdirectory("zones-");
        File.WriteAllText(Path.Combine(directory.FullName, "tzdata.zi"), "# version 2031z\n# This zic input file is in the public domain.\n");
        Assert.That(new BusinessCalendar("Europe/Berlin", 0, directory.FullName).Version, Is.EqualTo("2031z"));
        directory.Delete(recursive: true);
        Assert.That(new BusinessCalendar("Europe/Berlin", 0, directory.FullName).Version, Is.EqualTo("unknown"));
    }
}
