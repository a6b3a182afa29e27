using System.Globalization;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Turns entry bytes into what operators see. Pure.</summary>
static class EntryReading
{
    const int FirstBytesShown = 64;

    public static (EntryContent? Content, EntryUnreadable? Unreadable) Read(byte[] bytes, IReadOnlyDictionary<string, string> names) => EntryCodec.Decode(bytes) switch
    {
        EntryDecoding.Decoded decoded => (Content(decoded.Entry, names), null),
        EntryDecoding.UnknownKind unknown => (Header(unknown.Header), new("KIND_UNKNOWN", $"Kind {unknown.Kind}, schema version {unknown.Header.SchemaVersion}, is newer than this version of cloud-sync.", FirstBytes(bytes))),
        EntryDecoding.Malformed malformed => (null, new(malformed.Code, malformed.Message, FirstBytes(bytes))),
        var other => throw new InvalidOperationException($"{other}"),
    };

    /// <summary>The products that the bytes name, to look up what they are called.</summary>
    public static IReadOnlyCollection<string> Products(byte[] bytes) =>
        EntryCodec.Decode(bytes) is EntryDecoding.Decoded { Entry: var entry } ? [.. StockMovements.Of(entry).Select(movement => movement.Product.Value), .. StockCounts.Of(entry).Select(count => count.Product.Value), .. ProductEdit.Of(entry) is { } edit ? [edit.Product.Value] : Array.Empty<string>()] : [];

    /// <summary>The hybrid clock that the bytes name; null where they cannot be read so far.</summary>
    public static Contracts.Clock.HybridTimestamp? Clock(byte[] bytes) => EntryCodec.Decode(bytes) switch
    {
        EntryDecoding.Decoded decoded => decoded.Entry.Header.Hlc,
        EntryDecoding.UnknownKind unknown => unknown.Header.Hlc,
        _ => null,
    };

    public static string KindName(int kind) => Enum.IsDefined((EntryKind)kind) && kind != 0 ? ((EntryKind)kind).ToString() : kind == 0 ? "Unknown" : $"Unknown {kind}";

    static EntryContent Content(Entry entry, IReadOnlyDictionary<string, string> names)
    {
        var header = Header(entry.Header);
        return entry switch
        {
            SaleRecorded sale => header with { Receipt = sale.Receipt.ToString(), Total = MoneyValue.Of(sale.Total), Tenders = Tenders(sale.Tenders), Lines = Numbered(sale.Lines, (line, number) => Line(line, number, names)) },
            RefundRecorded refund => header with
            {
                Receipt = refund.Receipt.ToString(), Total = MoneyValue.Of(refund.Total), Tenders = Tenders(refund.Tenders), Reason = Filled(refund.Reason),
                Lines = Numbered(refund.Lines, (line, number) => Line(line, number, names)),
            },
            SaleVoided voided => header with
            {
                VoidedEntryId = voided.Sale.Value, VoidedReceipt = voided.SaleReceipt.ToString(), Total = MoneyValue.Of(voided.Total), Tenders = Tenders(voided.Tenders),
                Reason = Filled(voided.Reason), Approver = Filled(voided.Approver),
                Lines = Numbered(voided.Lines, (line, number) => Line(line.Product, line.Quantity, number, names) with { Amount = MoneyValue.Of(line.Amount) }),
            },
            GoodsReceived goods => header with { Reference = Filled(goods.Reference), Lines = Numbered(goods.Lines, (line, number) => Line(line.Product, line.Quantity, number, names)) },
            StockOpened opened => header with { Lines = Numbered(opened.Lines, (line, number) => Line(line.Product, line.Quantity, number, names)) },
            StockAdjusted adjusted => header with { Reason = adjusted.Reason.ToString(), Note = Filled(adjusted.Note), Lines = [Line(adjusted.Product, adjusted.Delta, 1, names)] },
            StockCounted counted => header with { CountSheet = counted.Sheet?.Value, Lines = Numbered(counted.Lines, (line, number) => Line(line.Product, line.Quantity, number, names)) },
            StockWasted wasted => header with { Reason = wasted.Reason.ToString(), Note = Filled(wasted.Note), Lines = [Line(wasted.Product, wasted.Quantity, 1, names)] },
            ProductEdited edited => header with { Edit = Edit(ProductEdit.Of(edited)!, names) },
            ConflictResolved resolved => header with { Reason = Filled(resolved.Reason), Edit = Edit(ProductEdit.Of(resolved)!, names) with { ConflictId = resolved.Conflict.Value } },
            CashMoved cash => header with { CashMovement = cash.Movement.ToString(), Amount = MoneyValue.Of(cash.Amount), Note = Filled(cash.Note) },
            BusinessDayClosed closed => header with { ClosedDate = closed.Date, ClosedEntries = closed.Figures.EntryCount },
            _ => header with { Reason = EntryReasons.Of(entry) },
        };
    }

    static EntryEdit Edit(ProductEdit edit, IReadOnlyDictionary<string, string> names) =>
        new(edit.Product.Display, names.GetValueOrDefault(edit.Product.Value), FieldNames.Of(edit.Field), edit.Value, [.. edit.BasedOn.Select(id => id.Value)], null);

    static EntryContent Header(EntryHeader header) => new(
        header.Store.Value,
        header.AssignmentVersion,
        header.Device.Value,
        header.Actor,
        header.WallTime,
        header.Hlc.ToString(),
        header.ClockQuality.ToString(),
        header.BootId.ToString("x16", CultureInfo.InvariantCulture),
        header.MonotonicMilliseconds,
        header.BusinessDate,
        header.TimeZoneVersion);

    static EntryLine Line(SaleLine line, int number, IReadOnlyDictionary<string, string> names) => Line(line.Product, line.Quantity, number, names) with
    {
        Amount = MoneyValue.Of(line.Amount), UnitPrice = MoneyValue.Of(line.UnitPrice), Description = line.Description, UnknownProduct = line.UnknownProduct,
        Tax = line.Tax is { } tax
            ? new(tax.Rate.Id, tax.Rate.Hundredths / 100m, tax.Rate.Inclusive, MoneyValue.Of(tax.Amount), tax.Rate.Rounding.ToString())
            : null,
        Discount = line.Discount is { } discount ? new(MoneyValue.Of(discount.Amount), Filled(discount.Reason), Filled(discount.Approver)) : null,
        Override = line.Override is { } changed ? new(MoneyValue.Of(changed.OldUnitPrice), Filled(changed.Reason), Filled(changed.Approver)) : null,
        Pack = line.Pack is { } pack
            ? new(pack.Product.Value, pack.Product.Display, pack.Quantity.ToDecimal(), UnitNames.Of(pack.Quantity.Unit), pack.ContentThousandths / 1000m)
            : null,
    };

    static EntryLine Line(RefundLine line, int number, IReadOnlyDictionary<string, string> names) => Line(line.Product, line.Quantity, number, names) with
    {
        Amount = MoneyValue.Of(line.Amount), UnitPrice = MoneyValue.Of(line.UnitPrice), Description = line.Description, UnknownProduct = line.UnknownProduct,
        SoldEntryId = line.SaleLine?.Entry.Value, SoldLine = line.SaleLine?.LineNumber,
    };

    static EntryLine Line(ProductCode product, Quantity quantity, int number, IReadOnlyDictionary<string, string> names) =>
        new(number, product.Value, product.Display, names.GetValueOrDefault(product.Value), quantity.ToDecimal(), UnitNames.Of(quantity.Unit));

    static EntryLine[] Numbered<T>(IReadOnlyList<T> lines, Func<T, int, EntryLine> show) => [.. lines.Select((line, i) => show(line, i + 1))];

    static EntryTender[] Tenders(IReadOnlyList<Tender> tenders) => [.. tenders.Select(tender => new EntryTender(tender.Kind.ToString(), MoneyValue.Of(tender.Amount)))];

    static string? Filled(string text) => text.Length == 0 ? null : text;

    static string FirstBytes(byte[] bytes) => Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, FirstBytesShown)));
}
