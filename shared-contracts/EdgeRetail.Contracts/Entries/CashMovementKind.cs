namespace EdgeRetail.Contracts.Entries;

public enum CashMovementKind
{
    Unspecified = 0,
    Float = 1,
    In = 2,
    Out = 3,
    Drop = 4,
}
