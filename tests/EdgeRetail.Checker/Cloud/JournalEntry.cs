using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>One row of the journal, read. <see cref="Body"/> is good until the next row.</summary>
public sealed record JournalEntry(Guid EntryId, int StoreId, bool IsQuarantined, bool Reads, EntryBody Body);
