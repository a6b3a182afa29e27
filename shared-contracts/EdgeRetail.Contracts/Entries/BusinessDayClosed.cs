using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// A till's business date was closed. It says what the ledger has of this store after the close before, which it names, and up
/// to here; the closes themselves are not counted. <see cref="Date"/> is the date that is closed, whatever the header's is.
/// </summary>
public sealed record BusinessDayClosed(EntryHeader Header, DateOnly Date, EntryId? Previous, DayFigures Figures) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.BusinessDayClosed;
}
