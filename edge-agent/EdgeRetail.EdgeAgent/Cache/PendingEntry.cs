using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>An own entry that the cached figure of a product does not contain yet, and what it adds to it; <paramref name="CountedThousandths"/> is what it says was there, where it is a count.</summary>
public sealed record PendingEntry(long Position, EntryId Entry, EntryKind Kind, DateTimeOffset RecordedAt, long AdjustmentThousandths, long? CountedThousandths);
