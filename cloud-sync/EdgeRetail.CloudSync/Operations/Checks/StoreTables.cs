using System.Runtime.CompilerServices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>A store's journal and read models, row by row in their order.</summary>
static class StoreTables
{
    const string StoresSql = "select store_id, name from store where @storeId::int is null or store_id = @storeId order by store_id";

    const string StepsSql = """
        select j.received_at_version, j.entry_id, j.merged_at_version is not null and j.merged_at_version = j.received_at_version, j.bytes, j.effective_time, j.device_id, o.entry_id, o.bytes, j.policy_version
        from journal j
        left join journal o on o.store_id = j.store_id and o.settled_at_version = j.received_at_version and o.settlement = 2 and o.settled_at_version is not null
        where j.store_id = @storeId
        order by 1
        """;

    static readonly string CountsSql = $"""
        select effective_time, device_id, entry_id, bytes
        from journal
        where store_id = @storeId and kind = {(int)EntryKind.StockCounted} and merged_at_version is not null
        """;

    const string EffectsSql = """
        select version, ordinal, entry_id, product, delta, on_hand, previous_version
        from effect
        where store_id = @storeId
        order by version, ordinal
        """;

    const string CommitsSql = "select version, hash, effect_count, checksum, latest_effective_time from store_commit where store_id = @storeId order by version";

    const string StockSql = """select product, on_hand, version, counted_at, counted_device_id, counted_entry_id from stock where store_id = @storeId order by product collate "C" """;

    const string HeadSql = "select version, hash, checksum, latest_effective_time from store_head where store_id = @storeId";

    const string EditsSql = "select product, field, entry_id, version from product_edit where store_id = @storeId";

    const string RegistersSql = "select product, field, entry_id, value, undecided, based_on, lost, waiting, rule, policy_version, version from product_register where store_id = @storeId";

    const string ConflictsSql = """
        select product, field, conflict_id, first_entry_id, second_entry_id, winner_entry_id, rule, policy_version, state, settled_by, version
        from edit_conflict
        where store_id = @storeId
        """;

    public static async Task<IReadOnlyList<(int StoreId, string Name)>> StoresAsync(NpgsqlConnection connection, int? storeId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(StoresSql, connection);
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlTypes.NpgsqlDbType.Integer) { Value = (object?)storeId ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stores = new List<(int, string)>();
        while (await reader.ReadAsync(cancellationToken)) stores.Add((reader.GetInt32(0), reader.GetString(1)));
        return stores;
    }

    public static IAsyncEnumerable<MergeStep> StepsAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, StepsSql, storeId,
            reader => new MergeStep(
                reader.GetInt64(0), Instant(reader, 4, 5, 1), reader.GetBoolean(2), reader.GetFieldValue<byte[]>(3), reader.IsDBNull(6) ? null : reader.GetGuid(6),
                reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7), reader.IsDBNull(8) ? null : reader.GetInt32(8)),
            cancellationToken);

    /// <summary>The counts that are merged, with when they count as having been made, and their bytes.</summary>
    public static IAsyncEnumerable<(EffectiveInstant Instant, byte[] Bytes)> CountsAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(connection, CountsSql, storeId, reader => (Instant(reader, 0, 1, 2), reader.GetFieldValue<byte[]>(3)), cancellationToken);

    public static IAsyncEnumerable<StoredEffect> EffectsAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, EffectsSql, storeId,
            reader => new StoredEffect(reader.GetInt64(0), reader.GetInt16(1), reader.GetGuid(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetInt64(6)),
            cancellationToken);

    public static IAsyncEnumerable<StoredCommit> CommitsAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(connection, CommitsSql, storeId, reader => new StoredCommit(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetInt32(2), reader.GetFieldValue<byte[]>(3), reader.GetInt64(4)), cancellationToken);

    public static IAsyncEnumerable<(string Product, ProductStock Stock)> StockAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(connection, StockSql, storeId, reader => (reader.GetString(0), new ProductStock(reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : Instant(reader, 3, 4, 5))), cancellationToken);

    public static IAsyncEnumerable<(RegisterKey Key, EntryId Entry, long Version)> EditsAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(connection, EditsSql, storeId, reader => (Key(reader), new EntryId(reader.GetGuid(2)), reader.GetInt64(3)), cancellationToken);

    public static IAsyncEnumerable<StoredRegister> RegistersAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, RegistersSql, storeId,
            reader => new StoredRegister(
                Key(reader), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetBoolean(4), Ids(reader, 5), Ids(reader, 6), Ids(reader, 7),
                (FieldRule)reader.GetInt16(8), reader.GetInt32(9), reader.GetInt64(10)),
            cancellationToken);

    public static IAsyncEnumerable<EditConflict> ConflictsAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken) =>
        ReadAsync(connection, ConflictsSql, storeId, reader => RegisterTables.Conflict(reader, 2, Key(reader)), cancellationToken);

    public static async Task<(long Version, FeedHash Hash, StockChecksum Checksum, long LatestEffectiveTime)?> HeadAsync(NpgsqlConnection connection, int storeId, CancellationToken cancellationToken)
    {
        await foreach (var head in ReadAsync(connection, HeadSql, storeId, reader => (reader.GetInt64(0), FeedHash.Read(reader.GetFieldValue<byte[]>(1)), StockChecksum.Read(reader.GetFieldValue<byte[]>(2)), reader.GetInt64(3)), cancellationToken)) return head;
        return null;
    }

    static RegisterKey Key(NpgsqlDataReader reader) => new(ProductCode.Parse(reader.GetString(0)), (ProductField)reader.GetInt16(1));

    static string Ids(NpgsqlDataReader reader, int column) => string.Join(',', reader.GetFieldValue<Guid[]>(column));

    static EffectiveInstant Instant(NpgsqlDataReader reader, int time, int device, int entry) => new(new(reader.GetInt64(time)), new(reader.GetInt32(device)), new(reader.GetGuid(entry)));

    static async IAsyncEnumerable<T> ReadAsync<T>(NpgsqlConnection connection, string sql, int storeId, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        // Reading a whole table may take long; the caller's token ends it.
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) yield return read(reader);
    }
}
