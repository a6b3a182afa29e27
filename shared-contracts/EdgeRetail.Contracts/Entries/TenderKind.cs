namespace EdgeRetail.Contracts.Entries;

public enum TenderKind
{
    Unspecified = 0,
    Cash = 1,
    Card = 2,
    Other = 3,
}
