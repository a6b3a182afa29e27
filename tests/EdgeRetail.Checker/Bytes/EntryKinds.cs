namespace EdgeRetail.Checker.Bytes;

/// <summary>The kinds this checker reads: the field numbers of their payloads.</summary>
public static class EntryKinds
{
    public const int SaleRecorded = 20;
    public const int SaleVoided = 21;
    public const int RefundRecorded = 22;
    public const int GoodsReceived = 23;
    public const int StockOpened = 24;
    public const int StockAdjusted = 25;
    public const int StockWasted = 26;
    public const int StockCounted = 29;
    public const int ProductEdited = 30;
    public const int CashMoved = 31;
    public const int BusinessDayClosed = 32;

    public const int QuarantineVoided = 40;
    public const int QuarantineReplayed = 41;
    public const int QuarantineCorrected = 42;
    public const int ConflictResolved = 43;

    /// <summary>Recorded through the cloud, about an entry in quarantine.</summary>
    public static bool IsSettlement(int kind) => kind is QuarantineVoided or QuarantineReplayed or QuarantineCorrected;

    /// <summary>Says what a field of a product is in a store.</summary>
    public static bool IsEdit(int kind) => kind is ProductEdited or ConflictResolved;

    public static bool Known(int kind) =>
        IsSettlement(kind) || IsEdit(kind) || kind is SaleRecorded or SaleVoided or RefundRecorded or GoodsReceived or StockOpened or StockAdjusted or StockWasted or StockCounted or CashMoved or BusinessDayClosed;

    public static string Name(int kind) => kind switch
    {
        SaleRecorded => "sale",
        SaleVoided => "void",
        RefundRecorded => "refund",
        GoodsReceived => "goods received",
        StockOpened => "stock opened",
        StockAdjusted => "adjustment",
        StockCounted => "count",
        StockWasted => "waste",
        ProductEdited => "edit",
        ConflictResolved => "conflict resolved",
        CashMoved => "cash",
        BusinessDayClosed => "day close",
        QuarantineVoided => "quarantine voided",
        QuarantineReplayed => "quarantine replayed",
        QuarantineCorrected => "quarantine corrected",
        _ => $"kind {kind}",
    };
}
