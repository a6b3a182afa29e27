using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// Somebody counted products and says what was there: an observation, not a movement. <see cref="Sheet"/> is the sheet it
/// belongs to, null where it stands alone. Several lines of one product, counted in several places, sum.
/// </summary>
public sealed record StockCounted(EntryHeader Header, CountSheetId? Sheet, IReadOnlyList<StockLine> Lines) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.StockCounted;
}
