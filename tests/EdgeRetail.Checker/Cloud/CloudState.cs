using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>The cloud's small tables in one snapshot: everything but journal, effects and stock.</summary>
sealed record CloudState(
    IReadOnlyDictionary<int, CloudDevice> Devices,
    IReadOnlyDictionary<Guid, CloudStream> Streams,
    IReadOnlySet<(int Device, long AssignmentVersion, int Store)> Assignments,
    IReadOnlyDictionary<int, (long Version, Digest? Hash)> StoreHeads,
    (long Version, Digest? Hash) CatalogueHead)
{
    /// <summary>The device, the one whose ledger it took over, and so on.</summary>
    public IEnumerable<int> Lineage(int deviceId)
    {
        for (int? each = deviceId; each is { } member; each = Devices.GetValueOrDefault(member)?.Predecessor) yield return member;
    }

    public static async Task<CloudState> ReadAsync(CloudSnapshot snapshot, CancellationToken cancellationToken)
    {
        var devices = await snapshot.RowsAsync(CloudDevice.Sql, CloudDevice.Read, cancellationToken);
        var streams = await snapshot.RowsAsync(
            """
            SELECT stream_id, device_id, applied_through, applied_chain, closed_at_ms IS NULL, presented_stream_id IS NOT NULL, durable_through FROM stream
            UNION ALL
            SELECT stream_id, -store_id, applied_through, applied_chain, true, false, durable_through FROM store_stream
            """,
            reader => new CloudStream(
                reader.GetGuid(0), reader.GetInt32(1), reader.GetInt64(2), JournalRow.ReadDigest(reader, 3), reader.GetBoolean(4), reader.GetBoolean(5), reader.GetInt64(6)), cancellationToken);
        var assignments = await snapshot.RowsAsync(
            "SELECT device_id, assignment_version::bigint, store_id FROM device_assignment", reader => (reader.GetInt32(0), reader.GetInt64(1), reader.GetInt32(2)), cancellationToken);
        var heads = await snapshot.RowsAsync(
            "SELECT store_id, version, hash FROM store_head", reader => (reader.GetInt32(0), reader.GetInt64(1), JournalRow.ReadDigest(reader, 2)), cancellationToken);
        var catalogue = await snapshot.RowsAsync("SELECT version, hash FROM catalogue_head", reader => (reader.GetInt64(0), JournalRow.ReadDigest(reader, 1)), cancellationToken);
        return new(
            devices.ToDictionary(device => device.Id), streams.ToDictionary(stream => stream.Id), assignments.ToHashSet(),
            heads.ToDictionary(head => head.Item1, head => (head.Item2, head.Item3)), catalogue.FirstOrDefault());
    }
}
