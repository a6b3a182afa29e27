using System.Data.Common;
using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>A row of <c>journal</c> that stood in quarantine and was settled by a cloud entry.</summary>
sealed record SettledRow(int StoreId, long Version, EntryKey Entry, EntryKey SettledBy, int Settlement, byte[] Bytes)
{
    public const int Replayed = 2;

    public const string Sql = """
        SELECT store_id, settled_at_version, entry_id, settled_by, settlement, bytes
        FROM journal WHERE settled_at_version IS NOT NULL OR settled_by IS NOT NULL OR settlement IS NOT NULL
        """;

    public static SettledRow Read(DbDataReader reader) => new(
        reader.GetInt32(0), reader.IsDBNull(1) ? 0 : reader.GetInt64(1), EntryKey.Of(reader.GetGuid(2)), EntryKey.Of(reader.IsDBNull(3) ? Guid.Empty : reader.GetGuid(3)),
        reader.IsDBNull(4) ? 0 : reader.GetInt16(4), reader.GetFieldValue<byte[]>(5));
}
