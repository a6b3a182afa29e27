using System.Data.Common;
using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>Reads rows of a ledger.</summary>
static class LedgerRows
{
    /// <summary>position, entry_id, store_id, kind, bytes, hash.</summary>
    public static LedgerEntry Entry(DbDataReader reader) => new(
        reader.GetInt64(0), EntryKey.Read(Ledger.Blob(reader, 1)), reader.GetInt64(2), reader.GetInt32(3), Ledger.Blob(reader, 4), Ledger.ReadDigest(reader, 5));
}
