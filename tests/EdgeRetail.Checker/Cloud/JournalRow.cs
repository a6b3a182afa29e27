using System.Data.Common;
using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>A row of <c>journal</c>, with its bytes.</summary>
sealed record JournalRow(
    EntryKey Id, int StoreId, int DeviceId, Guid Stream, long Sequence, int Kind, byte[] Bytes, Digest? Hash,
    long ReceivedAtVersion, long? MergedAtVersion, string? QuarantineCode, long EffectiveTime, int? Settlement)
{
    public const string Columns =
        "entry_id, store_id, device_id, stream_id, sequence, kind, bytes, hash, received_at_version, merged_at_version, quarantine_code, effective_time, settlement";

    /// <summary>Its bytes do not count: in quarantine, voided, or corrected by another entry.</summary>
    public bool IsQuarantined => QuarantineCode is not null && Settlement != SettledRow.Replayed;

    /// <summary>Recorded by an operator or a system: of no device, in the stream of its store.</summary>
    public bool IsOfCloud => DeviceId == 0;

    public static JournalRow Read(DbDataReader reader) => new(
        EntryKey.Of(reader.GetGuid(0)), reader.GetInt32(1), reader.GetInt32(2), reader.GetGuid(3), reader.GetInt64(4), reader.GetInt16(5),
        reader.GetFieldValue<byte[]>(6), ReadDigest(reader, 7), reader.GetInt64(8), reader.IsDBNull(9) ? null : reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetString(10), reader.GetInt64(11),
        reader.IsDBNull(12) ? null : reader.GetInt16(12));

    public static Digest? ReadDigest(DbDataReader reader, int column) =>
        !reader.IsDBNull(column) && Digest.TryRead(reader.GetFieldValue<byte[]>(column), out var digest) ? digest : null;
}
