using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests;

/// <summary>A database of its own with stores and devices in it.</summary>
public sealed class TestShop : IAsyncDisposable
{
    int devices;

    TestShop(string connectionString) => ConnectionString = connectionString;

    public string ConnectionString { get; }

    public static async Task<TestShop> OpenAsync(params int[] stores) => await AtAsync(await Databases.CreateAsync(), stores);

    /// <summary>On a migrated database of the test's own server.</summary>
    public static async Task<TestShop> AtAsync(string connectionString, params int[] stores)
    {
        var shop = new TestShop(connectionString);
        foreach (var store in stores)
        {
            await using var context = shop.Context();
            var addition = await new StoreRegistry(context, TimeProvider.System).AddAsync(new(store, $"Store {store}", "EUR", "Europe/Berlin", 240), CancellationToken.None);
            Assert.That(addition, Is.InstanceOf<StoreAddition.Added>());
        }

        return shop;
    }

    public async Task<TestDevice> AddDeviceAsync(int store, string? successorOf = null)
    {
        await using var context = Context();
        var addition = await new DeviceRegistry(context, SecretSource.OfTheSystem, TimeProvider.System).AddAsync(new(store, $"T{++devices}", "http://127.0.0.1:5001") { SuccessorOf = successorOf }, CancellationToken.None);
        Assert.That(addition, Is.InstanceOf<DeviceAddition.Added>());
        var enrolment = ((DeviceAddition.Added)addition).Enrolment;
        return new(new(enrolment.DeviceId), enrolment.Token, new(enrolment.StreamId), new(store));
    }

    public CloudDbContext Context() => Databases.Context(ConnectionString);

    /// <summary>Runs SQL behind the product's back.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var context = Context();
#pragma warning disable EF1002 // Tests' own text.
        await context.Database.ExecuteSqlRawAsync(sql);
#pragma warning restore EF1002
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<long> OnHandAsync(int store, string product)
    {
        await using var context = Context();
        return await context.Stock.Where(row => row.StoreId == store && row.Product == product).Select(row => row.OnHand).SingleOrDefaultAsync();
    }

    public ValueTask DisposeAsync() => new(Databases.DropAsync(ConnectionString));
}
