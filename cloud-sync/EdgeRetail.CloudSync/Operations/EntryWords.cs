namespace EdgeRetail.CloudSync.Operations;

/// <summary>Kinds and sources as people say them.</summary>
public static class EntryWords
{
    public static string Kind(string kind) => kind switch
    {
        "SaleRecorded" => "Sale",
        "SaleVoided" => "Sale voided",
        "RefundRecorded" => "Refund",
        "GoodsReceived" => "Goods received",
        "StockOpened" => "Opening stock",
        "StockAdjusted" => "Stock adjusted",
        "StockCounted" => "Stock counted",
        "StockWasted" => "Stock wasted",
        "ProductEdited" => "Product edited",
        "CashMoved" => "Cash moved",
        "BusinessDayClosed" => "Day closed",
        "QuarantineVoided" => "Quarantine voided",
        "QuarantineReplayed" => "Quarantine replayed",
        "QuarantineCorrected" => "Quarantine corrected",
        "ConflictResolved" => "Conflict resolved",
        "Unknown" => "Unreadable",
        _ => kind,
    };

    /// <summary>A reason out of a list as people say it; what staff typed stays as it is.</summary>
    public static string Reason(string reason) => reason == "OwnUse" ? "Own use" : reason;

    public static string TimeSource(string source) => source switch
    {
        "hybridClock" => "by the device's clock",
        "corrected" => "by the device's clock, corrected",
        "clamped" => "limited: the device's clock was ahead, or did not read",
        "raised" => "raised: the device's clock stood behind its entry before",
        _ => source,
    };
}
