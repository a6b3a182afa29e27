namespace EdgeRetail.Contracts.Entries;

public enum WasteReason
{
    Unspecified = 0,
    Expired = 1,
    Damaged = 2,
    Theft = 3,
    OwnUse = 4,
    Other = 5,
}
