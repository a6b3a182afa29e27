using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Health;

namespace EdgeRetail.Kiosk.Api;

/// <summary>How the local API writes and reads the words that are enums in the code.</summary>
public static class ApiWords
{
    public static string Of(Unit unit) => unit switch
    {
        Unit.Kilogram => "kilogram",
        Unit.Litre => "litre",
        Unit.Metre => "metre",
        _ => "each",
    };

    public static Unit? ReadUnit(string text) => text switch
    {
        "each" => Unit.Each,
        "kilogram" => Unit.Kilogram,
        "litre" => Unit.Litre,
        "metre" => Unit.Metre,
        _ => null,
    };

    public static string Of(TenderKind tender) => tender switch
    {
        TenderKind.Cash => "cash",
        TenderKind.Card => "card",
        _ => "other",
    };

    public static TenderKind? ReadTender(string text) => text switch
    {
        "cash" => TenderKind.Cash,
        "card" => TenderKind.Card,
        "other" => TenderKind.Other,
        _ => null,
    };

    public static string Of(AdjustmentReason reason) => reason switch
    {
        AdjustmentReason.Found => "found",
        AdjustmentReason.Lost => "lost",
        AdjustmentReason.Damaged => "damaged",
        AdjustmentReason.Correction => "correction",
        _ => "other",
    };

    public static AdjustmentReason? ReadReason(string text) => text switch
    {
        "found" => AdjustmentReason.Found,
        "lost" => AdjustmentReason.Lost,
        "damaged" => AdjustmentReason.Damaged,
        "correction" => AdjustmentReason.Correction,
        "other" => AdjustmentReason.Other,
        _ => null,
    };

    public static string Of(WasteReason reason) => reason switch
    {
        WasteReason.Expired => "expired",
        WasteReason.Damaged => "damaged",
        WasteReason.Theft => "theft",
        WasteReason.OwnUse => "own-use",
        _ => "other",
    };

    public static string Of(ProductField field) => field switch
    {
        ProductField.Name => "name",
        ProductField.Brand => "brand",
        ProductField.Size => "size",
        _ => "",
    };

    public static ProductField? ReadField(string text) => text switch
    {
        "name" => ProductField.Name,
        "brand" => ProductField.Brand,
        "size" => ProductField.Size,
        _ => null,
    };

    public static string Of(EditOutcome outcome) => outcome switch
    {
        EditOutcome.Pending => "pending",
        EditOutcome.Won => "won",
        EditOutcome.Lost => "lost",
        EditOutcome.Undecided => "undecided",
        EditOutcome.Waiting => "waiting",
        EditOutcome.Superseded => "superseded",
        EditOutcome.Quarantined => "quarantined",
        _ => "",
    };

    public static WasteReason? ReadWasteReason(string text) => text switch
    {
        "expired" => WasteReason.Expired,
        "damaged" => WasteReason.Damaged,
        "theft" => WasteReason.Theft,
        "own-use" => WasteReason.OwnUse,
        "other" => WasteReason.Other,
        _ => null,
    };

    public static string Of(CashMovementKind movement) => movement switch
    {
        CashMovementKind.Float => "float",
        CashMovementKind.In => "in",
        CashMovementKind.Out => "out",
        _ => "drop",
    };

    public static CashMovementKind? ReadMovement(string text) => text switch
    {
        "float" => CashMovementKind.Float,
        "in" => CashMovementKind.In,
        "out" => CashMovementKind.Out,
        "drop" => CashMovementKind.Drop,
        _ => null,
    };

    public static string Of(SyncState state) => state switch
    {
        SyncState.Connected => "connected",
        SyncState.Connecting => "connecting",
        SyncState.Offline => "offline",
        SyncState.Held => "held",
        _ => "stopped",
    };

    public static string Of(EntryKind kind) => kind switch
    {
        EntryKind.SaleRecorded => "saleRecorded",
        EntryKind.SaleVoided => "saleVoided",
        EntryKind.RefundRecorded => "refundRecorded",
        EntryKind.GoodsReceived => "goodsReceived",
        EntryKind.StockOpened => "stockOpened",
        EntryKind.StockAdjusted => "stockAdjusted",
        EntryKind.StockWasted => "stockWasted",
        EntryKind.ProductEdited => "productEdited",
        EntryKind.StockCounted => "stockCounted",
        EntryKind.CashMoved => "cashMoved",
        _ => "unknown",
    };
}
