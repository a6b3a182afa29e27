using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Shop;

/// <summary>Drafts as entries, as the product's commands make them of products that the catalogue lacks.</summary>
static class Entries
{
    public const string Actor = "ann";
    public const string Description = "goods";
    public const AdjustmentReason Reason = AdjustmentReason.Correction;
    public const string VoidReason = "wrong basket";
    public const WasteReason Waste = WasteReason.Expired;

    /// <summary>The header that a release makes which this cloud does not know yet.</summary>
    public static EntryHeader Poisoned(EntryHeader header) => header with { SchemaVersion = ProtocolLimits.EntrySchemaVersion + 1 };

    public static Entry Of(Draft draft, EntryHeader header, ReceiptNumber receipt, Currency currency)
    {
        switch (draft.Kind)
        {
            case DraftKind.Sale:
                var total = new Money(draft.Lines.Sum(AmountMinor), currency);
                return new SaleRecorded(
                    header, receipt,
                    [.. draft.Lines.Select(line => new SaleLine(line.Product, new(line.Thousandths, Unit.Each), new(AmountMinor(line), currency), new(line.PriceMinor, currency), 0, Description, UnknownProduct: true))],
                    total, [new Tender(TenderKind.Cash, total)]);
            case DraftKind.Void:
                var paidBack = new Money(draft.Lines.Sum(AmountMinor), currency);
                return new SaleVoided(
                    header, draft.Voids!.Entry, draft.Voids.Receipt, [.. draft.Lines.Select(line => new VoidedLine(line.Product, new(line.Thousandths, Unit.Each), new(AmountMinor(line), currency)))],
                    paidBack, [new Tender(TenderKind.Cash, paidBack)], VoidReason, "");
            case DraftKind.GoodsReceived:
                return new GoodsReceived(header, "", [.. draft.Lines.Select(line => new StockLine(line.Product, new(line.Thousandths, Unit.Each)))]);
            case DraftKind.Adjustment:
                return new StockAdjusted(header, draft.Lines[0].Product, new(draft.Lines[0].Thousandths, Unit.Each), Reason, "");
            case DraftKind.Waste:
                return new StockWasted(header, draft.Lines[0].Product, new(draft.Lines[0].Thousandths, Unit.Each), Waste, "");
            case DraftKind.Count:
                return new StockCounted(header, null, [.. draft.Lines.Select(line => new StockLine(line.Product, new(line.Thousandths, Unit.Each)))]);
            default: throw new ArgumentOutOfRangeException(nameof(draft), draft.Kind, "Nobody records this.");
        }
    }

    static long AmountMinor(DraftLine line) => line.PriceMinor * line.Thousandths / 1000;
}
