using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>The agreed clock offsets, one per device and boot. The first one stays, whoever brings another.</summary>
public sealed class ClockOffsetStore(CloudDatabase database)
{
    public const string ReadSql = "SELECT boot_id, offset_ms, error_ms FROM clock_offset WHERE device_id = $1 AND boot_id = $2";

    const string SaveSql = """
        INSERT INTO clock_offset (device_id, boot_id, offset_ms, error_ms, agreed_at_ms)
        SELECT $1, n.boot_id, n.offset_ms, n.error_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
        FROM unnest($2, $3, $4) AS n (boot_id, offset_ms, error_ms)
        ORDER BY n.boot_id
        ON CONFLICT (device_id, boot_id) DO NOTHING
        """;

    /// <summary>Committed when it returns: entries of the boot that are merged from then on count by it.</summary>
    public async Task SaveAsync(DeviceId device, OffsetRecord offset, CancellationToken cancellationToken)
    {
        await using var connection = await database.Feeds.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        AddSave(batch, device, [offset]);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    internal static void AddSave(NpgsqlBatch batch, DeviceId device, IReadOnlyList<OffsetRecord> offsets)
    {
        if (offsets.Count == 0) return;
        batch.Add(
            SaveSql, Parameter(device.Value), Parameter(offsets.Select(offset => unchecked((long)offset.BootId)).ToArray()),
            Parameter(offsets.Select(offset => offset.OffsetMs).ToArray()), Parameter(offsets.Select(offset => (long)offset.ErrorMs).ToArray()));
    }

    internal static async Task<OffsetRecord?> ReadAsync(NpgsqlDataReader reader) =>
        await reader.ReadAsync() ? new() { BootId = unchecked((ulong)reader.GetInt64(0)), OffsetMs = reader.GetInt64(1), ErrorMs = (ulong)reader.GetInt64(2) } : null;
}
