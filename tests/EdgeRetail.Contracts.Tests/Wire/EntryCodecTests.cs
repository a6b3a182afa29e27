using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;
using V1 = EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.Contracts.Tests.Wire;

sealed class EntryCodecTests
{
    [Test]
    public void Any_entry_reads_as_it_was_written_and_keeps_the_rules() => Samples.Any.Sample(entry =>
    {
        Assert.That(EntryRules.FirstViolation(entry), Is.Null);
        var encoded = EntryCodec.Encode(entry);
        var decoded = (EntryDecoding.Decoded)EntryCodec.Decode(encoded.Bytes);
        Assert.That(decoded.Entry, Is.EqualTo(entry).UsingPropertiesComparer());
        Assert.That((decoded.Id, decoded.Hash), Is.EqualTo((encoded.Id, encoded.Hash)));
        Assert.That(EntryCodec.Encode(decoded.Entry).Bytes.ToArray(), Is.EqualTo(encoded.Bytes.ToArray()));
    }, iter: 2000);

    [Test]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 400].Sample(bytes => EntryCodec.Decode(bytes) is not null, iter: 20_000);

    [Test]
    public void Changed_bytes_never_throw_and_never_keep_the_hash()
    {
        var kinds = new System.Collections.Concurrent.ConcurrentDictionary<Type, int>();
        Gen.Select(Samples.Any, Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4], Gen.Int[0, 3]).Sample((entry, changes, how) =>
        {
            var encoded = EntryCodec.Encode(entry);
            var bytes = encoded.Bytes.ToArray();
            foreach (var (at, value) in changes) bytes[at % bytes.Length] = value;
            if (how == 0) bytes = bytes[..(changes[0].Item1 % bytes.Length)];
            if (how == 1) bytes = [.. bytes, .. bytes];
            var decoding = EntryCodec.Decode(bytes);
            kinds.AddOrUpdate(decoding.GetType(), 1, (_, count) => count + 1);
            Assert.That(decoding.Hash, bytes.AsSpan().SequenceEqual(encoded.Bytes.Span) ? Is.EqualTo(encoded.Hash) : Is.Not.EqualTo(encoded.Hash));
            if (decoding is EntryDecoding.Decoded decoded) _ = EntryRules.FirstViolation(decoded.Entry) is null && StockMovements.Of(decoded.Entry) is not null;
        }, iter: 20_000);
        Assert.That(kinds.Keys, Is.EquivalentTo(new[] { typeof(EntryDecoding.Decoded), typeof(EntryDecoding.Malformed), typeof(EntryDecoding.UnknownKind) }), "every way was gone");
    }

    [Test]
    public void Both_sides_derive_the_same_id_which_rises_with_time() => Gen.Select(Samples.Any, Samples.Any).Sample((a, b) =>
    {
        var (first, second) = (EntryCodec.Encode(a with { Header = a.Header with { ClaimedId = null } }), EntryCodec.Encode(b with { Header = b.Header with { ClaimedId = null } }));
        Assert.That(((EntryDecoding.Decoded)EntryCodec.Decode(first.Bytes)).Id, Is.EqualTo(first.Id));
        var byTime = a.Header.Hlc.Milliseconds.CompareTo(b.Header.Hlc.Milliseconds);
        if (byTime != 0) Assert.That(Math.Sign(first.Id.CompareTo(second.Id)), Is.EqualTo(byTime));
    });

    [Test]
    public void A_kind_or_a_schema_of_later_is_known_by_its_header()
    {
        var body = Body(Samples.OneOfEachKind[0]);
        body.Kind = 99;
        body.ClearPayload();
        var unknown = (EntryDecoding.UnknownKind)EntryCodec.Decode(body.ToByteArray());
        Assert.That((unknown.Kind, unknown.Header.Store, unknown.Header.Hlc), Is.EqualTo((99, Samples.Header.Store, Samples.Header.Hlc)));

        body = Body(Samples.OneOfEachKind[0]);
        body.SchemaVersion = 2;
        Assert.That(((EntryDecoding.UnknownKind)EntryCodec.Decode(body.ToByteArray())).Kind, Is.EqualTo(20));
    }

    static IEnumerable<TestCaseData> Bad()
    {
        yield return Case("kind and payload differ", body => body.Kind = 22);
        yield return Case("no kind", body => body.Kind = 0);
        yield return Case("a known kind without its payload", body => body.ClearPayload());
        yield return Case("a claimed id of 15 bytes", body => body.EntryId = ByteString.CopyFrom(new byte[15]));
        yield return Case("a store beyond the range", body => body.Store = uint.MaxValue);
        yield return Case("a wall time beyond the range", body => body.WallMinusHlcMs = long.MaxValue);
        yield return Case("a business day beyond the range", body => body.BusinessDay = int.MaxValue);
        yield return Case("a monotonic time beyond the range", body => body.MonotonicMs = ulong.MaxValue);
        yield return Case("no receipt", body => body.SaleRecorded.Receipt = null);
        yield return Case("a currency in small letters", body => body.SaleRecorded.Currency = "eur");
        yield return Case("a product code that is not canonical", body => body.SaleRecorded.Lines[0].Product = "4006381333931");
        yield return Case("a product code with a wrong check digit", body => body.SaleRecorded.Lines[0].Product = "04006381333930");
        yield return Case("no product code", body => body.SaleRecorded.Lines[0].Product = "");
        yield return Case("a receipt number beyond the range", body => body.SaleRecorded.Receipt.Number = uint.MaxValue);
        yield return Case("a price version beyond the range", body => body.SaleRecorded.Lines[0].PriceVersion = ulong.MaxValue);

        yield return Case("a tax rate beyond the range", body => body.SaleRecorded.Lines[0].Tax = new() { RateHundredths = uint.MaxValue });
        yield return Case("a pack that is no product", body => body.SaleRecorded.Lines[0].Pack = new() { Product = "" });

        static TestCaseData Case(string name, Action<V1.EntryBody> change) => new TestCaseData(change).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Bad))]
    public void What_cannot_be_an_entry_is_malformed_with_an_id_from_its_hash(Action<V1.EntryBody> change)
    {
        var body = Body(Samples.OneOfEachKind[0]);
        change(body);
        var bytes = body.ToByteArray();
        var malformed = (EntryDecoding.Malformed)EntryCodec.Decode(bytes);
        Assert.That((malformed.Code, malformed.Id), Is.EqualTo(("ENTRY_MALFORMED", EntryId.OfUndecodable(Hash256.Of(bytes)))));
    }

    [Test]
    public void What_a_line_does_not_have_costs_no_byte()
    {
        var plain = (SaleRecorded)Samples.OneOfEachKind[0];
        foreach (var line in Body(plain).SaleRecorded.Lines)
            Assert.That((line.Tax, line.Discount, line.Override, line.Pack), Is.EqualTo(((V1.LineTax?)null, (V1.LineDiscount?)null, (V1.PriceOverride?)null, (V1.PackSold?)null)));
        var taxed = plain with { Lines = [plain.Lines[0] with { Tax = LineTax.Of(new("DE19", 1900, Inclusive: true, TaxRounding.HalfUp), plain.Lines[0].Amount).Tax }, plain.Lines[1]] };
        // The message and its length, the rate's id, the rate, inclusive, the amount and the rounding.
        Assert.That(EntryCodec.Encode(taxed).Bytes.Length - EntryCodec.Encode(plain).Bytes.Length, Is.EqualTo(2 + 6 + 3 + 2 + 2 + 2));
    }

    [Test]
    public void An_entry_above_the_bound_is_not_even_parsed() =>
        Assert.That(((EntryDecoding.Malformed)EntryCodec.Decode(new byte[ProtocolLimits.EntryBytesMax + 1])).Code, Is.EqualTo("ENTRY_TOO_LARGE"));

    [Test]
    public void The_largest_entry_that_keeps_the_rules_is_taken()
    {
        var text = new string('ж', ProtocolLimits.TextCharactersMax / 2);
        var lines = Enumerable.Range(0, ProtocolLimits.EntryLinesMax).Select(i => new SaleLine(
            ProductCode.Parse($"{new string('P', 40)}{i}"), new(ProtocolLimits.LineQuantityThousandthsMax, Unit.Kilogram), Samples.Eur(1), Samples.Eur(1), long.MaxValue, i % 2 == 0 ? null : text)).ToList();
        var sale = new SaleRecorded(Samples.Header, new("T1", "1", 1), lines, Samples.Eur(1000), [new(TenderKind.Cash, Samples.Eur(1000))]);
        Assert.That(EntryRules.FirstViolation(sale), Is.Null);
        Assert.That(EntryCodec.Decode(EntryCodec.Encode(sale).Bytes), Is.TypeOf<EntryDecoding.Decoded>());
    }

    static V1.EntryBody Body(Entry entry) => V1.EntryBody.Parser.ParseFrom(EntryCodec.Encode(entry).Bytes.Span);
}
