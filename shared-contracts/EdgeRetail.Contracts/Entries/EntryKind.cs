namespace EdgeRetail.Contracts.Entries;

/// <summary>The kinds of entry; the number is the payload's field number in <c>EntryBody</c>.</summary>
public enum EntryKind
{
    Unknown = 0,
    SaleRecorded = 20,
    SaleVoided = 21,
    RefundRecorded = 22,
    GoodsReceived = 23,
    StockOpened = 24,
    StockAdjusted = 25,
    StockWasted = 26,
    StockCounted = 29,
    ProductEdited = 30,
    CashMoved = 31,
    BusinessDayClosed = 32,

    // Of the cloud: a device that sends one finds it in quarantine.
    QuarantineVoided = 40,
    QuarantineReplayed = 41,
    QuarantineCorrected = 42,
    ConflictResolved = 43,
}
