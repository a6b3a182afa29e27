using System.Data;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>A store's stock, its version and the devices it may lack entries of, in one snapshot.</summary>
public sealed class StockQueries(NpgsqlDataSource database)
{
    const string StoreSql = $"""
        select s.name, {DatabaseClock.NowMs}, h.version
        from store s
        join store_head h on h.store_id = s.store_id
        where s.store_id = @storeId
        """;

    const string NotHeardFromSql = $"""
        select d.device_id, d.device_code, coalesce(t.connected and t.confirmed_at_ms > {DatabaseClock.NowMs} - @vouchedForMs, false),
            nullif(t.last_heard_at_ms, 0), greatest(coalesce(t.last_sequence - m.applied_through, 0), 0)
        from device d
        left join device_status t on t.device_id = d.device_id
        left join stream m on m.stream_id = d.stream_id
        where d.store_id = @storeId and d.state not in {DeviceState.OutOfServiceSql}
            and (t.last_sequence > m.applied_through or not coalesce(t.connected and t.confirmed_at_ms > {DatabaseClock.NowMs} - @vouchedForMs, false))
        order by d.device_code
        limit 100
        """;

    const string ItemsSql = """
        select k.product, p.name, k.on_hand, coalesce(p.unit, 0::smallint), k.version
        from stock k
        left join product p on p.code = k.product
        where k.store_id = @storeId
            and k.product > @after
            and (@product::text is null or k.product = @product)
            and (@search::text is null or k.product like @codePrefix or p.name ilike @search or p.brand ilike @search)
        order by k.product
        limit @limit
        """;

    /// <summary>Null where there is no such store.</summary>
    public async Task<StoreStock?> ReadAsync(StockQuestion question, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await ReadAsync(connection, question, cancellationToken);
    }

    /// <summary>In the snapshot of the connection's transaction.</summary>
    internal async Task<StoreStock?> ReadAsync(NpgsqlConnection connection, StockQuestion question, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(StoreSql) { Parameters = { new NpgsqlParameter<int>("storeId", question.StoreId) } },
                new(NotHeardFromSql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<int>("storeId", question.StoreId),
                        new NpgsqlParameter<long>("vouchedForMs", (long)DeviceQueries.VouchedFor.TotalMilliseconds),
                    },
                },
                Items(question),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (name, asOf, version) = (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2));

        var devices = new List<DeviceNotHeardFrom>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            devices.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2), DatabaseClock.Time(reader.IsDBNull(3) ? null : reader.GetInt64(3)), reader.GetInt64(4)));

        var items = new List<StockItem>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var product = reader.GetString(0);
            items.Add(new(
                product, ProductCodes.Display(product), reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetInt64(2) / 1000m, UnitNames.Of((Unit)reader.GetInt16(3)), reader.GetInt64(4)));
        }

        string? next = null;
        if (items.Count > question.Limit)
        {
            items.RemoveAt(question.Limit);
            next = items[^1].Product;
        }

        return new(question.StoreId, name, DatabaseClock.Time(asOf), version, devices, items, next);
    }

    static NpgsqlBatchCommand Items(StockQuestion question)
    {
        var search = string.IsNullOrWhiteSpace(question.Search) ? null : question.Search.Trim();
        return new(ItemsSql)
        {
            Parameters =
            {
                new NpgsqlParameter<int>("storeId", question.StoreId),
                new NpgsqlParameter<string>("after", question.After ?? ""),
                Text("product", question.Product is null ? null : ProductCodes.Canonical(question.Product)),
                Text("search", search is null ? null : $"%{Escaped(search)}%"),
                // A GTIN is kept with leading zeros that nobody types.
                Text("codePrefix", search is null ? null : $"{Escaped(ProductCodes.Canonical(search))}%"),
                new NpgsqlParameter<int>("limit", question.Limit + 1),
            },
        };
    }

    static NpgsqlParameter Text(string name, string? value) => new(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value };

    static string Escaped(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
