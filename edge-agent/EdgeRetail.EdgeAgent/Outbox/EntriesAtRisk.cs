using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>Entries that nobody else has: what would be lost with this ledger. Taken: what the receipts among them add up to.</summary>
public sealed record EntriesAtRisk(
    long Count, IReadOnlyDictionary<EntryKind, long> ByKind, ReceiptNumber? FirstReceipt, ReceiptNumber? LastReceipt, Money Taken, DateTimeOffset? OldestAt, DateTimeOffset? NewestAt);
