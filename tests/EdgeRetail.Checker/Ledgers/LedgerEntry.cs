using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>A row of the ledger's <c>entry</c>.</summary>
sealed record LedgerEntry(long Position, EntryKey Id, long StoreId, int Kind, byte[] Bytes, Digest? Hash);
