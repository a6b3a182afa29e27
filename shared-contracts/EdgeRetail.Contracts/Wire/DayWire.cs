using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using Google.Protobuf;
using V1 = EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.Contracts.Wire;

/// <summary>Closes, their figures, answers and certificates as the wire has them, and back.</summary>
public static class DayWire
{
    const uint StatementFormat = 1;

    static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>The figures alone, as bytes that <see cref="ReadFigures"/> reads.</summary>
    public static byte[] WriteFigures(DayFigures figures) => Filled(new(), figures).ToByteArray();

    /// <exception cref="FormatException">The bytes hold no figures.</exception>
    public static DayFigures ReadFigures(ReadOnlySpan<byte> bytes) => Parsed(bytes, V1.BusinessDayClosed.Parser, Figures);

    /// <summary>Whether they say the same.</summary>
    public static bool Same(DayFigures a, DayFigures b) => Filled(new(), a).Equals(Filled(new(), b));

    /// <summary>What differs beside count, digest and receipts: the dates whose money or entries are not the same.</summary>
    public static IReadOnlyList<DateOnly> DatesThatDiffer(DayFigures a, DayFigures b) =>
        [.. a.Buckets.Concat(b.Buckets).Select(bucket => bucket.Date).Distinct().Order().Where(date => !Equals(Bucket(a, date), Bucket(b, date)))];

    public static V1.BusinessDayClosed Write(BusinessDayClosed closed) => Write(closed.Date, closed.Previous, closed.Figures);

    /// <exception cref="FormatException">Something that no close can hold.</exception>
    public static BusinessDayClosed Read(V1.BusinessDayClosed wire, EntryHeader header) => new(header, Date(wire.BusinessDay), Previous(wire), Figures(wire));

    /// <summary>The bytes of the answer, as they stand in a page.</summary>
    public static byte[] WriteAnswer(DayCloseAnswer answer)
    {
        var wire = new V1.DayCloseAnswer { CloseEntryId = ByteString.CopyFrom(answer.Close.ToByteArray()), State = (V1.DayCloseState)answer.Verdict };
        if (answer.Certificate is { } certificate)
            wire.Certificate = new() { Statement = ByteString.CopyFrom(certificate.Statement.Span), KeyId = certificate.KeyId, Signature = ByteString.CopyFrom(certificate.Signature.Span) };
        foreach (var gap in answer.Gaps)
            wire.Gaps.Add(new V1.DayCloseGap { Code = gap.Code, Message = gap.Message, DeviceCode = gap.DeviceCode, Series = gap.Series, First = checked((uint)gap.First), Last = checked((uint)gap.Last) });
        return wire.ToByteArray();
    }

    /// <exception cref="FormatException">The bytes are no answer.</exception>
    public static DayCloseAnswer ReadAnswer(ReadOnlySpan<byte> bytes) => Parsed(bytes, V1.DayCloseAnswer.Parser, wire => new DayCloseAnswer(
        Id(wire.CloseEntryId), (DayCloseVerdict)wire.State,
        [.. wire.Gaps.Select(gap => new DayCloseGap(gap.Code, gap.Message, gap.DeviceCode, gap.Series, checked((int)gap.First), checked((int)gap.Last)))],
        wire.Certificate is { } certificate ? new(certificate.Statement.Memory, certificate.KeyId, certificate.Signature.Memory) : null));

    /// <summary>The bytes that are signed.</summary>
    public static byte[] WriteStatement(CertifiedDay day) => new V1.DayCertificateStatement
    {
        Format = StatementFormat, Store = (uint)day.Store.Value, StoreName = day.StoreName, Device = (uint)day.Device.Value, DeviceCode = day.DeviceCode,
        CloseEntryId = ByteString.CopyFrom(day.Close.ToByteArray()), CloseHash = ByteString.CopyFrom(day.CloseHash.ToByteArray()), Close = Write(day.Date, day.Previous, day.Figures),
        TimeZone = day.TimeZone, DayCutOffMinutes = checked((uint)day.DayCutOffMinutes), AfterVersion = checked((ulong)day.AfterVersion), CloseVersion = checked((ulong)day.CloseVersion),
        Quarantined = checked((ulong)day.Quarantined), DatesDiffer = checked((ulong)day.DatesDiffer), IssuedAtMs = day.IssuedAt.ToUnixTimeMilliseconds(), KeyId = day.KeyId,
    }.ToByteArray();

    /// <exception cref="FormatException">The bytes are no statement of this format.</exception>
    public static CertifiedDay ReadStatement(ReadOnlySpan<byte> bytes) => Parsed(bytes, V1.DayCertificateStatement.Parser, wire =>
    {
        if (wire.Format != StatementFormat || wire.Close is not { } close) throw new FormatException($"Format {wire.Format} is not known.");
        return new CertifiedDay(
            new(checked((int)wire.Store)), wire.StoreName, new(checked((int)wire.Device)), wire.DeviceCode, Id(wire.CloseEntryId),
            wire.CloseHash.Length == Hash256.Length ? Hash256.Read(wire.CloseHash.Span) : throw new FormatException("The hash of the close is none."),
            Date(close.BusinessDay), Previous(close), Figures(close), wire.TimeZone, checked((int)wire.DayCutOffMinutes), Signed(wire.AfterVersion), Signed(wire.CloseVersion),
            Signed(wire.Quarantined), Signed(wire.DatesDiffer), Time(wire.IssuedAtMs), wire.KeyId);
    });

    static V1.DayBucket? Bucket(DayFigures figures, DateOnly date) => figures.Buckets.FirstOrDefault(bucket => bucket.Date == date) is { } found ? ToWire(found) : null;

    static V1.BusinessDayClosed Write(DateOnly date, EntryId? previous, DayFigures figures) => Filled(
        new() { BusinessDay = Day(date), PreviousCloseEntryId = previous is { } id ? ByteString.CopyFrom(id.ToByteArray()) : ByteString.Empty }, figures);

    static EntryId? Previous(V1.BusinessDayClosed wire) => wire.PreviousCloseEntryId.Length == 0 ? null : Id(wire.PreviousCloseEntryId);

    static EntryId Id(ByteString bytes) => bytes.Length == 16 ? EntryId.Read(bytes.Span) : throw new FormatException($"The id of a close has 16 bytes, not {bytes.Length}.");

    static DateTimeOffset Time(long milliseconds) =>
        milliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : throw new FormatException("A time is out of range.");

    static T Parsed<TWire, T>(ReadOnlySpan<byte> bytes, MessageParser<TWire> parser, Func<TWire, T> read)
        where TWire : IMessage<TWire>
    {
        try
        {
            return read(parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new FormatException(e.Message, e);
        }
        catch (OverflowException e)
        {
            throw new FormatException("A number is out of range.", e);
        }
    }

    static V1.BusinessDayClosed Filled(V1.BusinessDayClosed wire, DayFigures figures)
    {
        wire.EntryCount = checked((ulong)figures.EntryCount);
        wire.Digest = ByteString.CopyFrom(figures.Digest.ToByteArray());
        foreach (var range in figures.Receipts)
        {
            wire.Receipts.Add(new V1.ReceiptRange
            {
                DeviceCode = range.DeviceCode, Series = range.Series, First = checked((uint)range.First), Last = checked((uint)range.Last), Count = checked((ulong)range.Count),
            });
        }

        wire.Buckets.AddRange(figures.Buckets.Select(ToWire));
        return wire;
    }

    static V1.DayBucket ToWire(DayBucket bucket)
    {
        var wire = new V1.DayBucket { BusinessDay = Day(bucket.Date), Late = bucket.IsLate, EntryCount = checked((ulong)bucket.EntryCount) };
        foreach (var totals in bucket.Totals)
        {
            var sums = new V1.DayTotals
            {
                Currency = totals.Currency.Code, Sales = checked((ulong)totals.Sales), SalesMinor = totals.SalesMinor, Refunds = checked((ulong)totals.Refunds), RefundsMinor = totals.RefundsMinor,
                Voids = checked((ulong)totals.Voids), VoidsMinor = totals.VoidsMinor, FloatMinor = totals.FloatMinor, CashInMinor = totals.CashInMinor, CashOutMinor = totals.CashOutMinor,
                DropMinor = totals.DropMinor,
            };
            foreach (var tender in totals.Tenders) sums.Tenders.Add(new V1.TenderTotal { Kind = (V1.TenderKind)tender.Kind, TakenMinor = tender.TakenMinor, GivenMinor = tender.GivenMinor });
            wire.Totals.Add(sums);
        }

        return wire;
    }

    static DayFigures Figures(V1.BusinessDayClosed wire) => new(
        Signed(wire.EntryCount),
        wire.Digest.Length == Hash256.Length ? DayDigest.Read(wire.Digest.Span) : throw new FormatException($"The digest of a close has {Hash256.Length} bytes, not {wire.Digest.Length}."),
        [.. wire.Receipts.Select(range => new ReceiptRange(range.DeviceCode, range.Series, checked((int)range.First), checked((int)range.Last), Signed(range.Count)))],
        [.. wire.Buckets.Select(bucket => new DayBucket(Date(bucket.BusinessDay), bucket.Late, Signed(bucket.EntryCount), [.. bucket.Totals.Select(Totals)]))]);

    static DayTotals Totals(V1.DayTotals wire) => new(
        Currency.Parse(wire.Currency), Signed(wire.Sales), wire.SalesMinor, Signed(wire.Refunds), wire.RefundsMinor, Signed(wire.Voids), wire.VoidsMinor,
        [.. wire.Tenders.Select(tender => new TenderTotal((TenderKind)tender.Kind, tender.TakenMinor, tender.GivenMinor))],
        wire.FloatMinor, wire.CashInMinor, wire.CashOutMinor, wire.DropMinor);

    static long Signed(ulong value) => checked((long)value);

    static int Day(DateOnly date) => date.DayNumber - Epoch.DayNumber;

    static DateOnly Date(int day) =>
        day >= DateOnly.MinValue.DayNumber - Epoch.DayNumber && day <= DateOnly.MaxValue.DayNumber - Epoch.DayNumber
            ? Epoch.AddDays(day)
            : throw new FormatException("A business day is out of range.");
}
