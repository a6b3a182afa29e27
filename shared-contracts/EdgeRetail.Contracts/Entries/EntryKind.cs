namespace EdgeRetail.Contracts.Entries;

/// <summary>The kinds of entry; the number is the payload's field number in <c>EntryBody</c>.</summary>
public enum EntryKind
{
    Unknown = 0,
    SaleRecorded = 20,
    RefundRecorded = 22,
    GoodsReceived = 23,
    StockOpened = 24,
    StockAdjusted = 25,
    CashMoved = 31,

    // Of the cloud: a device that sends one finds it in quarantine.
    QuarantineVoided = 40,
    QuarantineReplayed = 41,
    QuarantineCorrected = 42,
}
