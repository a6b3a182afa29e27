using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>A line of a sale: its entry and its number from 1.</summary>
public sealed record SoldLine(EntryId Entry, int LineNumber);
