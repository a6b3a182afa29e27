using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>
/// Checks the invariants of the protocol that the database alone can show, as of one moment while the cloud goes on working. Reads
/// everything once and holds nothing of the journal in memory.
/// </summary>
public sealed class Verification(NpgsqlDataSource database)
{
    const string NowSql = $"select {DatabaseClock.NowMs}";

    const string StreamsSql = """
        select s.stream_id, s.device_id, coalesce(d.device_code, 'device ' || s.device_id), s.applied_through, s.applied_chain,
            s.presented_stream_id is not null
        from stream s
        left join device d on d.device_id = s.device_id
        union all
        select s.stream_id, -s.store_id, 'store ' || s.store_id, s.applied_through, s.applied_chain, false
        from store_stream s
        """;

    const string AssignmentsSql = "select device_id, assignment_version, store_id from device_assignment";

    const string PredecessorsSql = "select device_id, predecessor_id from device where predecessor_id is not null";

    const string StoreOfStreamsSql = """
        select distinct s.stream_id
        from stream s
        join device_assignment a on a.device_id = s.device_id
        where a.store_id = @storeId
        union all
        select stream_id from store_stream where store_id = @storeId
        """;

    /// <summary>Cloud entries have no device: they are taken as those of a device whose number is their store's below 0, which none has.</summary>
    const string SequencesSql = """
        select r.device_id, r.stream_id, r.sequence, r.entry_id, r.hash, r.disposition,
            r.store_id, r.bytes, r.received_at_ms, r.merged_at_version, r.effective_time, r.quarantine_code
        from (
            select case when device_id = 0 then -store_id else device_id end as device_id, stream_id, sequence, entry_id, hash, null::smallint as disposition,
                store_id, bytes, received_at_ms, merged_at_version, effective_time, quarantine_code
            from journal
            where @streams::uuid[] is null or stream_id = any(@streams)
            union all
            select coalesce(s.device_id, 0), q.stream_id, q.sequence, q.entry_id, q.entry_hash, q.disposition,
                null, null, null, null, null, null
            from stream_sequence q
            left join stream s on s.stream_id = q.stream_id
            where @streams::uuid[] is null or q.stream_id = any(@streams)
        ) r
        left join (
            select stream_id, device_id, opened_at_ms from stream
            union all
            select stream_id, -store_id, opened_at_ms from store_stream) m on m.stream_id = r.stream_id
        order by coalesce(m.device_id, r.device_id), coalesce(m.opened_at_ms, 0), r.stream_id, r.sequence, (r.disposition is not null)
        """;

    const string InTwoStoresSql = """
        select entry_id, array_agg(store_id order by store_id)
        from journal
        group by entry_id
        having count(*) > 1
        order by entry_id
        """;

    /// <summary>What is settled is settled by a cloud entry of its kind at that version, and what is not merged stands in quarantine or is settled.</summary>
    const string SettlementsSql = """
        select o.entry_id, o.store_id, o.settlement, o.settled_at_version, r.bytes
        from journal o
        left join journal r on r.store_id = o.store_id and r.entry_id = o.settled_by and r.received_at_version = o.settled_at_version and r.device_id = 0
        where o.settled_at_version is not null and (@storeId::int is null or o.store_id = @storeId)
        """;

    const string CloudEntriesSql = """
        select r.entry_id, r.store_id, r.kind
        from store_stream s
        join journal r on r.store_id = s.store_id and r.stream_id = s.stream_id
        where r.kind in (40, 41, 42) and (@storeId::int is null or r.store_id = @storeId)
            and not exists (
                select 1 from journal o
                where o.store_id = r.store_id and o.settled_at_version = r.received_at_version and o.settled_by = r.entry_id and o.settlement = r.kind - 39
                    and o.quarantine_code is not null and coalesce(o.merged_at_version, 0) = case when r.kind = 41 then r.received_at_version else 0 end)
        """;

    const string WithoutJournalSql = """
        with recursive lineage (heir, device_id) as (
            select device_id, device_id from device
            union
            select l.heir, d.predecessor_id from lineage l join device d on d.device_id = l.device_id where d.predecessor_id is not null)
        select q.stream_id, q.sequence, q.entry_id
        from stream_sequence q
        left join stream s on s.stream_id = q.stream_id
        where (@streams::uuid[] is null or q.stream_id = any(@streams))
            and not exists (
                select 1
                from device_assignment a
                join journal j on j.store_id = a.store_id and j.entry_id = q.entry_id
                where a.device_id in (select device_id from lineage l where l.heir = s.device_id) and j.hash = q.entry_hash)
        order by q.stream_id, q.sequence
        """;

    const string SumOfDeltasSql = """
        select k.store_id, k.product, k.on_hand, e.delta
        from stock k
        join (select store_id, product, sum(delta) as delta from effect where product is not null group by store_id, product) e
            on e.store_id = k.store_id and e.product = k.product
        where k.on_hand <> e.delta and (@storeId::int is null or k.store_id = @storeId)
        order by k.store_id, k.product
        """;

    const string CursorsAheadSql = """
        select d.device_code, t.store_cursor, coalesce(h.version, 0), t.catalogue_cursor, coalesce((select version from catalogue_head), 0)
        from device_status t
        join device d on d.device_id = t.device_id
        left join store_head h on h.store_id = d.store_id
        where (@storeId::int is null or d.store_id = @storeId)
            and (t.store_cursor > coalesce(h.version, 0) or t.catalogue_cursor > coalesce((select version from catalogue_head), 0))
        order by d.device_code
        """;

    const string CommitsOfStrangersSql = """
        select c.store_id, c.version, c.device_id
        from store_commit c
        where c.device_id > 0 and (@storeId::int is null or c.store_id = @storeId)
            and not exists (
                with recursive lineage (device_id) as (
                    select c.device_id
                    union
                    select d.predecessor_id from lineage l join device d on d.device_id = l.device_id where d.predecessor_id is not null)
                select 1 from device_assignment a join lineage l on l.device_id = a.device_id where a.store_id = c.store_id)
        order by c.store_id, c.version
        """;

    const string ProductsOutOfBoundsSql = """
        select code from product
        where price_minor < 0 or unit not between 0 and 3 or currency !~ '^[A-Z]{3}$'
            or num_nulls(tax_rate_id, tax_hundredths, tax_inclusive, tax_rounding) not in (0, 4) or tax_hundredths not between 0 and 10000 or tax_rounding not between 1 and 3
            or num_nulls(pack_product, pack_content) = 1 or pack_content <= 0 or pack_product = code
        order by code
        """;

    const string CatalogueCommitsSql = "select version, hash, row_count from catalogue_commit order by version";

    const string CatalogueRowsSql = "select code, version, name, brand, size, price_minor, currency, unit, deleted from product order by version, code";

    const string CatalogueHeadSql = "select version, hash, checksum from catalogue_head";

    /// <summary>Checks everything, or what concerns one store: its feed and stock, and the streams of its devices.</summary>
    public async Task<VerificationResult> RunAsync(int? storeId, Action<string> onProgress, CancellationToken cancellationToken)
    {
        await using var snapshot = await Snapshot.TakeAsync(database, cancellationToken);
        var violations = new Violations();
        var stores = await StoreTables.StoresAsync(snapshot.Connection, storeId, cancellationToken);

        onProgress("Reading the journal by stream");
        var entries = await CheckStreamsAsync(snapshot, storeId, violations, cancellationToken);
        foreach (var (id, name) in stores)
        {
            onProgress($"Folding the journal of store {id}, {name}");
            await StoreComparison.CompareAsync(snapshot, id, violations, cancellationToken);
        }

        onProgress("Comparing sums, cursors and the catalogue");
        await CheckTablesAsync(snapshot.Connection, storeId, violations, cancellationToken);
        await CheckCatalogueAsync(snapshot, violations, cancellationToken);

        var reports = Invariants.Checked
            .Select(invariant => new InvariantReport(
                invariant.Id, invariant.Title, violations.Count(invariant.Id) == 0 ? InvariantState.Holds : InvariantState.Broken,
                violations.Count(invariant.Id), violations.Of(invariant.Id), null))
            .Concat(Invariants.ToCome.Select(invariant => new InvariantReport(invariant.Id, invariant.Title, InvariantState.NotYet, 0, [], "not in this version")));
        return new([.. reports], stores.Count, entries);
    }

    static async Task<long> CheckStreamsAsync(Snapshot snapshot, int? storeId, Violations violations, CancellationToken cancellationToken)
    {
        var connection = snapshot.Connection;
        var streams = new Dictionary<Guid, KnownStream>();
        await EachAsync(connection, StreamsSql, [], reader => streams[reader.GetGuid(0)] = new(reader.GetGuid(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt64(3), reader.GetFieldValue<byte[]>(4), reader.GetBoolean(5)), cancellationToken);
        var assignments = new Dictionary<(int, int), int>();
        await EachAsync(connection, AssignmentsSql, [], reader => assignments[(reader.GetInt32(0), reader.GetInt32(1))] = reader.GetInt32(2), cancellationToken);
        var predecessors = new Dictionary<int, int>();
        await EachAsync(connection, PredecessorsSql, [], reader => predecessors[reader.GetInt32(0)] = reader.GetInt32(1), cancellationToken);
        var nowMs = 0L;
        await EachAsync(connection, NowSql, [], reader => nowMs = reader.GetInt64(0), cancellationToken);

        Guid[]? ofStore = null;
        if (storeId is { } id)
        {
            var list = new List<Guid>();
            await EachAsync(connection, StoreOfStreamsSql, [new NpgsqlParameter<int>("storeId", id)], reader => list.Add(reader.GetGuid(0)), cancellationToken);
            ofStore = [.. list];
            streams = streams.Where(pair => list.Contains(pair.Key)).ToDictionary();
        }

        var check = new JournalCheck(streams, assignments, predecessors, nowMs, violations);
        await EachAsync(connection, SequencesSql, [Streams(ofStore)], reader => check.Take(ReadRow(reader)), cancellationToken);
        check.End();

        await EachAsync(
            connection, InTwoStoresSql, [],
            reader => violations.Add(Invariants.OneRowPerEntry, $"entry {reader.GetGuid(0)} is in the journals of stores {string.Join(", ", reader.GetFieldValue<int[]>(1))}"),
            cancellationToken);
        await EachAsync(
            connection, WithoutJournalSql, [Streams(ofStore)],
            reader => violations.Add(Invariants.GapFreeStreams, $"sequence {reader.GetInt64(1)} of stream {reader.GetGuid(0)} stands for entry {reader.GetGuid(2)}, which no journal of its device's stores has with these bytes"),
            cancellationToken);
        return check.Entries;
    }

    static async Task CheckTablesAsync(NpgsqlConnection connection, int? storeId, Violations violations, CancellationToken cancellationToken)
    {
        await EachAsync(
            connection, SumOfDeltasSql, [Store(storeId)],
            reader => violations.Add(Invariants.StockIsTheFold, $"stock of {ProductCodes.Display(reader.GetString(1))} in store {reader.GetInt32(0)} is {PlainWords.Quantity(reader.GetInt64(2) / 1000m)}, its effects sum to {PlainWords.Quantity(reader.GetDecimal(3) / 1000m)}"),
            cancellationToken);
        await EachAsync(
            connection, CursorsAheadSql, [Store(storeId)],
            reader => violations.Add(Invariants.GapFreeFeeds, $"{reader.GetString(0)} says that it has applied stock to {reader.GetInt64(1)} of {reader.GetInt64(2)} and the catalogue to {reader.GetInt64(3)} of {reader.GetInt64(4)}"),
            cancellationToken);
        await EachAsync(
            connection, CommitsOfStrangersSql, [Store(storeId)],
            reader => violations.Add(Invariants.StoresApart, $"version {reader.GetInt64(1)} of store {reader.GetInt32(0)} was committed for device {reader.GetInt32(2)}, which was never assigned to it"),
            cancellationToken);
        await EachAsync(
            connection, SettlementsSql, [Store(storeId)],
            reader =>
            {
                if (reader.IsDBNull(4) || SettledBy(reader.GetFieldValue<byte[]>(4)) != (reader.GetGuid(0), reader.GetInt16(2)))
                    violations.Add(Invariants.Authorised, $"entry {reader.GetGuid(0)} of store {reader.GetInt32(1)} is settled at version {reader.GetInt64(3)}, and no cloud entry there says so");
            },
            cancellationToken);
        await EachAsync(
            connection, CloudEntriesSql, [Store(storeId)],
            reader => violations.Add(Invariants.Authorised, $"cloud entry {reader.GetGuid(0)} of store {reader.GetInt32(1)} settles an entry that does not know it"),
            cancellationToken);
        await EachAsync(
            connection, ProductsOutOfBoundsSql, [],
            reader => violations.Add(Invariants.IntegersAddUp, $"product {ProductCodes.Display(reader.GetString(0))} has a price, currency or unit that none can have"),
            cancellationToken);
    }

    static async Task CheckCatalogueAsync(Snapshot snapshot, Violations violations, CancellationToken cancellationToken)
    {
        var connection = snapshot.Connection;
        var (headVersion, headHash, headChecksum) = (0L, FeedHash.Start.ToByteArray(), CatalogueChecksum.Empty.ToByteArray());
        await EachAsync(
            connection, CatalogueHeadSql, [], reader => (headVersion, headHash, headChecksum) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)), cancellationToken);
        var check = new CatalogueCheck(violations);
        await using var rows = await snapshot.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(CatalogueRowsSql, rows);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) check.TakeRow(Content(reader));
        await EachAsync(connection, CatalogueCommitsSql, [], commit => check.TakeCommit(commit.GetInt64(0), commit.GetFieldValue<byte[]>(1), commit.GetInt32(2)), cancellationToken);
        check.End(headVersion, headHash, headChecksum);
    }

    static ProductContent Content(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetString(6), row.GetInt16(7), row.GetBoolean(8), row.GetInt64(1));

    static async Task EachAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, Action<NpgsqlDataReader> take, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        // Reading whole tables may take long; the caller's token ends it.
        command.CommandTimeout = 0;
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take(reader);
    }

    static (Guid Original, short Settlement)? SettledBy(byte[] bytes) => EntryCodec.Decode(bytes) is not EntryDecoding.Decoded { Entry: var entry } ? null : entry switch
    {
        QuarantineVoided voided => (voided.Original.Value, (short)SettlementKind.Voided),
        QuarantineReplayed replayed => (replayed.Original.Value, (short)SettlementKind.Replayed),
        QuarantineCorrected corrected => (corrected.Original.Value, (short)SettlementKind.Corrected),
        _ => null,
    };

    static NpgsqlParameter Streams(Guid[]? streams) => new("streams", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = (object?)streams ?? DBNull.Value };

    static NpgsqlParameter Store(int? storeId) => new("storeId", NpgsqlDbType.Integer) { Value = (object?)storeId ?? DBNull.Value };

    static StreamRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetGuid(1),
        reader.GetInt64(2),
        reader.GetGuid(3),
        reader.GetFieldValue<byte[]>(4),
        reader.IsDBNull(5) ? null : (SequenceDisposition)reader.GetInt16(5),
        reader.IsDBNull(6)
            ? null
            : new(
                reader.GetInt32(6), reader.GetFieldValue<byte[]>(7), reader.GetInt64(8), reader.IsDBNull(9) ? null : reader.GetInt64(9),
                reader.GetInt64(10), reader.IsDBNull(11) ? null : reader.GetString(11)));
}
