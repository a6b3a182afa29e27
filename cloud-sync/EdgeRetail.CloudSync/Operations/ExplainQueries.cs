using System.Data;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Wire;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// Explains a stock figure in one snapshot. A product's effects name the one before them, so that the latest are walked by key,
/// however many the store has, and no sale pays for an index.
/// </summary>
public sealed class ExplainQueries(NpgsqlDataSource database, StockQueries stock)
{
    /// <summary>So many of the product's latest entries are told.</summary>
    public const int EntriesMax = 100;

    const int QuarantinedMax = 200;

    const string FigureSql = """
        select k.on_hand, k.counted_at, k.counted_device_id, k.counted_entry_id, d.device_code, j.merged_at_version, j.bytes, c.on_hand
        from stock k
        left join journal j on j.store_id = k.store_id and j.entry_id = k.counted_entry_id
        left join effect c on c.store_id = k.store_id and c.version = j.merged_at_version and c.product = k.product
        left join device d on d.device_id = k.counted_device_id
        where k.store_id = @storeId and k.product = @product
        """;

    const string EntriesSql = """
        with recursive chain as (
            select e.version, e.entry_id, e.delta, e.on_hand, e.previous_version, 1 as depth
            from stock k
            join effect e on e.store_id = k.store_id and e.version = k.version and e.product = k.product
            where k.store_id = @storeId and k.product = @product
            union all
            select e.version, e.entry_id, e.delta, e.on_hand, e.previous_version, c.depth + 1
            from chain c
            join effect e on e.store_id = @storeId and e.version = c.previous_version and e.product = @product
            where c.depth < @limit)
        select c.version, c.entry_id, c.delta, c.on_hand, j.kind, j.device_id, d.device_code, j.effective_time, j.received_at_ms, j.bytes
        from chain c
        join journal j on j.store_id = @storeId and j.entry_id = c.entry_id
        left join device d on d.device_id = j.device_id
        order by c.version desc
        """;

    const string QuarantinedSql = """
        select j.entry_id, j.kind, d.device_code, j.received_at_ms, j.quarantine_code, j.bytes
        from journal j
        left join device d on d.device_id = j.device_id
        where j.store_id = @storeId and j.quarantine_code is not null
        order by j.received_at_version desc
        limit @limit
        """;

    /// <summary>Null where there is no such store; a product that was never moved or counted has 0.</summary>
    public async Task<StockExplanation?> ReadAsync(int storeId, string typedProduct, CancellationToken cancellationToken)
    {
        var product = ProductCodes.Canonical(typedProduct);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        if (await stock.ReadAsync(connection, new(storeId, product, null, null, 1), cancellationToken) is not { } shown) return null;
        var name = shown.Items.Count > 0 ? shown.Items[0].Name : null;
        var empty = new StockExplanation(
            storeId, shown.StoreName, product, ProductCodes.Display(product), name, shown.Items.Count > 0 ? shown.Items[0].Unit : UnitNames.Of(Unit.Each), shown.AsOf, shown.Version, null, 0, 0, 0, [], false,
            await QuarantinedAsync(connection, storeId, product, cancellationToken), shown.DevicesNotHeardFrom);
        if (shown.Items.Count == 0) return empty;
        var (count, latest, movedBefore, since) = await FigureAsync(connection, storeId, product, cancellationToken);
        var entries = await EntriesAsync(connection, storeId, product, latest, count, cancellationToken);
        return empty with
        {
            Count = count, MovedBeforeItsArrival = movedBefore, MovedSince = since, OnHand = shown.Items[0].OnHand,
            Entries = [.. entries.Take(EntriesMax)], HasEarlier = entries.Count > EntriesMax,
        };
    }

    static async Task<(ExplainedCount? Count, EffectiveInstant? Latest, decimal MovedBefore, decimal Since)> FigureAsync(NpgsqlConnection connection, int storeId, string product, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, FigureSql, storeId, product);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var onHand = reader.GetInt64(0);
        if (await reader.IsDBNullAsync(1, cancellationToken)) return (null, null, 0, onHand / 1000m);
        var latest = new EffectiveInstant(new(reader.GetInt64(1)), new(reader.GetInt32(2)), new(reader.GetGuid(3)));
        var counted = CountedOf(reader.GetFieldValue<byte[]>(6), product) ?? 0;
        var atArrival = reader.GetInt64(7);
        var count = new ExplainedCount(
            latest.Entry.Value, latest.Device.Value, await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4), DatabaseClock.Time(latest.At.Milliseconds), reader.GetInt64(5), counted / 1000m);
        return (count, latest, (atArrival - counted) / 1000m, (onHand - atArrival) / 1000m);
    }

    static async Task<List<ExplainedEntry>> EntriesAsync(NpgsqlConnection connection, int storeId, string product, EffectiveInstant? latest, ExplainedCount? count, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, EntriesSql, storeId, product);
        command.Parameters.Add(new NpgsqlParameter<int>("limit", EntriesMax + 1));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<ExplainedEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (version, id, kind) = (reader.GetInt64(0), reader.GetGuid(1), reader.GetInt16(4));
            var bytes = reader.GetFieldValue<byte[]>(9);
            var instant = new EffectiveInstant(new(reader.GetInt64(7)), new(reader.GetInt32(5)), new(id));
            var (moved, counted, effect) = (MovedOf(bytes, product), CountedOf(bytes, product), reader.GetInt64(2));
            var isOlderCount = counted is not null && latest is { } holding && count is not null && version > count.ArrivedAtVersion && instant.CompareTo(holding) < 0;
            entries.Add(new(
                id, EntryReading.KindName(kind), reader.GetInt32(5), await reader.IsDBNullAsync(6, cancellationToken) ? null : reader.GetString(6), DatabaseClock.Time(instant.At.Milliseconds), DatabaseClock.Time(reader.GetInt64(8)), version,
                moved / 1000m, counted / 1000m, effect / 1000m, reader.GetInt64(3) / 1000m, isOlderCount || (moved is not null && moved != effect)));
        }

        return entries;
    }

    static async Task<List<QuarantinedEntry>> QuarantinedAsync(NpgsqlConnection connection, int storeId, string product, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(QuarantinedSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
        command.Parameters.Add(new NpgsqlParameter<int>("limit", QuarantinedMax));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<QuarantinedEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var bytes = reader.GetFieldValue<byte[]>(5);
            var isReadable = EntryCodec.Decode(bytes) is EntryDecoding.Decoded;
            if (isReadable && !EntryReading.Products(bytes).Contains(product)) continue;
            entries.Add(new(
                reader.GetGuid(0), EntryReading.KindName(reader.GetInt16(1)), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2), DatabaseClock.Time(reader.GetInt64(3)), reader.GetString(4), isReadable));
        }

        return entries;
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, int storeId, string product) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<int>("storeId", storeId), new NpgsqlParameter<string>("product", product) },
    };

    static long? MovedOf(byte[] bytes, string product) =>
        EntryCodec.Decode(bytes) is EntryDecoding.Decoded { Entry: var entry } && entry is not StockCounted
            ? StockMovements.Of(entry).Where(movement => movement.Product.Value == product).Sum(movement => movement.DeltaThousandths)
            : null;

    static long? CountedOf(byte[] bytes, string product) =>
        EntryCodec.Decode(bytes) is EntryDecoding.Decoded { Entry: StockCounted counted }
            ? StockCounts.Of(counted).Where(count => count.Product.Value == product).Sum(count => count.CountedThousandths)
            : null;
}
