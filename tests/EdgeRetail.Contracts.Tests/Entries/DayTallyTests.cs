using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.Contracts.Tests.Entries;

public sealed class DayTallyTests
{
    [Test]
    public void Counting_that_was_interrupted_anywhere_gives_the_same_figures() => Samples.Any.Array[0, 12].SelectMany(entries => Gen.Int[0, entries.Length].Select(cut => (entries, cut))).Sample(sample =>
    {
        var (entries, cut) = sample;
        var whole = Counted(new(), entries);
        var first = DayWire.ReadFigures(DayWire.WriteFigures(Counted(new(), entries[..cut])));
        return DayWire.Same(whole, Counted(DayTally.From(first), entries[cut..]));
    });

    [Test]
    public void The_digest_is_chained_over_the_ids_in_order()
    {
        var a = new EntryId(new Guid("019782c3-0000-8abc-8def-0123456789ab"));
        var b = new EntryId(new Guid("019782c3-0000-8abc-8def-0123456789ac"));
        // Computed by hand: sha256("edgeretail.day-close.1"), then sha256(before ‖ id).
        Assert.That(DayDigest.Start.ToString(), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("edgeretail.day-close.1"u8))));
        Assert.That(DayDigest.Start.Append(a).ToString(), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([.. DayDigest.Start.ToByteArray(), .. a.ToByteArray()]))));
        Assert.That(DayDigest.Start.Append(a).Append(b), Is.Not.EqualTo(DayDigest.Start.Append(b).Append(a)));
    }

    [Test]
    public void A_close_is_not_counted_and_what_cannot_be_read_has_no_date()
    {
        var tally = new DayTally();
        foreach (var entry in Samples.OneOfEachKind) tally.Add(EntryCodec.Encode(entry).Id, entry);
        tally.AddUnreadable(Samples.SoldEntry);
        var figures = tally.Figures(null);
        Assert.That(figures.EntryCount, Is.EqualTo(Samples.OneOfEachKind.Length), "one more and one less");
        Assert.That(figures.Buckets.Sum(bucket => bucket.EntryCount), Is.EqualTo(figures.EntryCount - 1));
    }

    [Test]
    public void Dates_through_the_last_closed_one_are_late()
    {
        var tally = new DayTally();
        foreach (var day in new[] { 1, 2, 3 })
        {
            var sale = Samples.OneOfEachKind[0] with { Header = Samples.Header with { BusinessDate = new DateOnly(2026, 6, day) } };
            tally.Add(EntryCodec.Encode(sale).Id, sale);
        }

        Assert.That(tally.Figures(new DateOnly(2026, 6, 2)).Buckets.Select(bucket => bucket.IsLate), Is.EqualTo(new[] { true, true, false }));
        Assert.That(tally.Figures(null).Buckets.Select(bucket => bucket.IsLate), Has.All.False);
    }

    static DayFigures Counted(DayTally tally, IEnumerable<Entry> entries)
    {
        foreach (var entry in entries) tally.Add(EntryCodec.Encode(entry).Id, entry);
        return tally.Figures(null);
    }
}
