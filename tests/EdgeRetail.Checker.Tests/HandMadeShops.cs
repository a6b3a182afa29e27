using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.Checker.Tests;

/// <summary>
/// Two stores with three devices, everything sent and applied: the ledgers and the cloud's database, written here row by row
/// from the protocol's words. Tests plant one violation in a copy.
/// </summary>
sealed class HandMadeShops(string database, string folder) : IDisposable
{
    readonly Dictionary<int, Dictionary<string, (long OnHand, long Version)>> stock = [];
    readonly Dictionary<int, (long Version, FeedHash Hash)> heads = [];

    public HandMadeDevice T1 { get; } = new(101, "T1", 1, Path.Combine(folder, "t1"));

    public HandMadeDevice T2 { get; } = new(102, "T2", 1, Path.Combine(folder, "t2"));

    public HandMadeDevice T3 { get; } = new(201, "T3", 2, Path.Combine(folder, "t3"));

    public string Database => database;

    IReadOnlyList<HandMadeDevice> Devices => [T1, T2, T3];

    public CheckInput Input => new([.. Devices.Select(device => device.Directory)], database) { Quiescent = true };

    public static async Task<HandMadeShops> OpenAsync(TestPostgres postgres, TemporaryDirectory folder, Action<HandMadeShops>? trade = null)
    {
        var shops = new HandMadeShops(await postgres.CreateDatabaseAsync(), folder.Path);
        shops.Trade();
        trade?.Invoke(shops);
        await shops.SaveAsync();
        return shops;
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>As if the second entry of T3 had not been sent: the cloud and the cache stand at the first.</summary>
    public async Task LoseTheLastOfT3Async()
    {
        var chain = Convert.ToHexString(T3.ChainAt(1).ToByteArray());
        var hash = Convert.ToHexString(default(FeedHash).Append([T3.IdOf(1)]).ToByteArray());
        await RunAsync($"""
            DELETE FROM journal WHERE store_id = 2 AND sequence = 2;
            DELETE FROM effect WHERE store_id = 2 AND version = 2;
            UPDATE stock SET on_hand = 12000, version = 1 WHERE store_id = 2;
            UPDATE stream SET applied_through = 1, applied_chain = '\x{chain}' WHERE device_id = 201;
            UPDATE store_commit SET version = 1, effect_count = 1, hash = '\x{hash}' WHERE store_id = 2;
            UPDATE store_head SET version = 1, hash = '\x{hash}' WHERE store_id = 2;
            """);
        T3.Run($"UPDATE stream SET acknowledged_through = 1, acknowledged_chain = x'{chain}'; UPDATE feed SET version = 1, hash = x'{hash}' WHERE feed = 1; UPDATE cache_stock SET on_hand = 12000, version = 1;");
    }

    public void Dispose()
    {
        foreach (var device in Devices.Where(device => Directory.Exists(device.Directory))) Directory.Delete(device.Directory, recursive: true);
    }

    void Trade()
    {
        T1.Open((HandMadeCatalogue.Bread, 40), (HandMadeCatalogue.Milk, 60));
        T1.Sell((HandMadeCatalogue.Bread, 2, 498), (HandMadeCatalogue.Milk, 1, 109));
        T1.MoveCash(20_000);
        T1.Sell((HandMadeCatalogue.Milk, 3, 327));
        T1.Refund(HandMadeCatalogue.Bread, 1, 249);
        T1.Adjust(HandMadeCatalogue.Milk, -4);
        T2.Sell((HandMadeCatalogue.Bread, 1, 249), (HandMadeCatalogue.Bread, 1, 249));
        T2.Sell((HandMadeCatalogue.Eggs, 2, 578));
        // Counted after T1's third entry, and it arrives after all of T1's: 50 less the 3 sold and the 4 put right since.
        T2.Count((HandMadeCatalogue.Milk, 50));
        T3.Open((HandMadeCatalogue.Eggs, 12));
        T3.Sell((HandMadeCatalogue.Eggs, 1, 289));
    }

    async Task SaveAsync()
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        var catalogue = HandMadeCatalogue.Small;
        await RunAsync(connection, "INSERT INTO catalogue_head VALUES(1, $1, $2)", catalogue.Version, catalogue.Hash);
        await RunAsync(connection, "INSERT INTO catalogue_commit VALUES($1, $2, 3, 0)", catalogue.Version, catalogue.Hash);
        foreach (var (code, name, price, version) in catalogue.Products)
            await RunAsync(connection, "INSERT INTO product VALUES($1, $2, '', '', $3, 'EUR', 0, false, $4)", code, name, price, version);

        foreach (var device in Devices) await IngestAsync(connection, device);
        foreach (var (store, (version, hash)) in heads)
        {
            await RunAsync(connection, "INSERT INTO store_head VALUES($1, $2, $3)", store, version, hash.ToByteArray());
            foreach (var (product, row) in stock[store]) await RunAsync(connection, "INSERT INTO stock VALUES($1, $2, $3, $4)", store, product, row.OnHand, row.Version);
        }

        foreach (var device in Devices)
        {
            var (version, hash) = heads[device.Store];
            await RunAsync(
                connection, "INSERT INTO device_status VALUES($1, 3, 'a', true, $2, $2, $3, 0, null, 0, $4, $5)",
                device.DeviceId, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), (long)device.Entries.Count, version, catalogue.Version);
            device.Save(hash, version, stock[device.Store], catalogue);
        }
    }

    /// <summary>One batch, one commit, as DESIGN §6 says it.</summary>
    async Task IngestAsync(NpgsqlConnection connection, HandMadeDevice device)
    {
        var store = device.Store;
        var (version, hash) = heads.GetValueOrDefault(store);
        if (!stock.TryGetValue(store, out var onHands)) stock[store] = onHands = new(StringComparer.Ordinal);
        var (effects, ids, last) = (0, new List<EntryId>(), 0L);
        for (var i = 0; i < device.Entries.Count; i++)
        {
            var (encoded, entry) = device.Entries[i];
            version++;
            ids.Add(encoded.Id);
            last = entry.Header.Hlc.Packed;
            await RunAsync(
                connection, "INSERT INTO journal VALUES($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $10, $11, 2, '2026-09-21', null, null)",
                store, encoded.Id.Value, device.DeviceId, device.Stream.Value, i + 1L, (short)entry.Kind, encoded.Bytes.ToArray(), encoded.Hash.ToByteArray(),
                HandMadeDevice.Began + 500_000, version, last);
            if (entry is BusinessDayClosed) await RunAsync(connection, "INSERT INTO day_close VALUES($1, $2, $3, $4, 1)", store, encoded.Id.Value, device.DeviceId, version);
            IReadOnlyList<StockMovement> movements = entry is StockCounted ? [new(ProductCode.Parse(HandMadeCatalogue.Milk), 43_000 - 52_000)] : StockMovements.Of(entry);
            if (movements.Count == 0) await RunAsync(connection, "INSERT INTO effect VALUES($1, $2, 0, $3, null, 0, null)", store, version, encoded.Id.Value);
            effects += Math.Max(1, movements.Count);
            for (var ordinal = 0; ordinal < movements.Count; ordinal++)
            {
                var (product, delta) = movements[ordinal];
                var onHand = onHands.GetValueOrDefault(product.Value).OnHand + delta;
                onHands[product.Value] = (onHand, version);
                await RunAsync(connection, "INSERT INTO effect VALUES($1, $2, $3, $4, $5, $6, $7)", store, version, (short)ordinal, encoded.Id.Value, product.Value, delta, onHand);
            }
        }

        hash = hash.Append(ids);
        heads[store] = (version, hash);
        await RunAsync(connection, "INSERT INTO store_commit VALUES($1, $2, $3, $4, 0, $5)", store, version, hash.ToByteArray(), effects, device.DeviceId);
        await RunAsync(connection, "INSERT INTO stream VALUES($1, $2, $3, $4, 0, null, null)", device.Stream.Value, device.DeviceId, (long)device.Entries.Count, device.ChainAt(device.Entries.Count).ToByteArray());
        await RunAsync(connection, "INSERT INTO device VALUES($1, $2, $3, 1, 'active', null, 3, 3, $4, 1, $5, 0, null)", device.DeviceId, device.Code, store, device.Stream.Value, last);
        await RunAsync(connection, "INSERT INTO device_assignment VALUES($1, 1, $2, 0)", device.DeviceId, store);
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
