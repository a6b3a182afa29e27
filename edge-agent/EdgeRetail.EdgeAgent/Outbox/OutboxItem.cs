using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>One entry that the cloud has not acknowledged.</summary>
public sealed record OutboxItem(long Position, long Sequence, EntryId Entry, EntryKind Kind, StoreId Store, DateTimeOffset RecordedAt, int Bytes);
