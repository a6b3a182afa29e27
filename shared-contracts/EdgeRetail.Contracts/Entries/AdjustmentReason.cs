namespace EdgeRetail.Contracts.Entries;

public enum AdjustmentReason
{
    Unspecified = 0,
    Found = 1,
    Lost = 2,
    Damaged = 3,
    Correction = 4,
    Other = 5,
}
