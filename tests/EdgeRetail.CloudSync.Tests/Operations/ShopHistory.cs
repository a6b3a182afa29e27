using System.Text;
using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Wire;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Operations;

/// <summary>
/// Two stores with a past, made by real sessions over gRPC: deliveries, sales, a refund, an adjustment, cash, an unknown product,
/// bytes that are no entry, and an entry sent twice.
/// </summary>
public sealed class ShopHistory : IAsyncDisposable
{
    public const string Pen = "4006381333931";
    public const string Soap = "SOAP-1";

    ShopHistory(TestShop shop, TestReplica replica, Till first, Till second, Till other)
    {
        (Shop, Replica, First, Second, Other) = (shop, replica, first, second, other);
        Database = NpgsqlDataSource.Create(shop.ConnectionString);
    }

    public TestShop Shop { get; }

    /// <summary>The replica that the devices talk to.</summary>
    public TestReplica Replica { get; }

    public NpgsqlDataSource Database { get; }

    /// <summary>T1 in store 1.</summary>
    public Till First { get; }

    /// <summary>T2 in store 1.</summary>
    public Till Second { get; }

    /// <summary>T3 in store 2.</summary>
    public Till Other { get; }

    public EncodedEntry Sale { get; private set; } = null!;

    public EncodedEntry Refund { get; private set; } = null!;

    public EncodedEntry Poison { get; private set; } = null!;

    public EncodedEntry Unknown { get; private set; } = null!;

    public static async Task<ShopHistory> MakeAsync()
    {
        var shop = await TestShop.OpenAsync(1, 2);
        var replica = await TestReplica.StartAsync(shop.ConnectionString);
        var history = new ShopHistory(shop, replica, new(await shop.AddDeviceAsync(1), "T1"), new(await shop.AddDeviceAsync(1), "T2"), new(await shop.AddDeviceAsync(2), "T3"));
        try
        {
            await history.ImportCatalogueAsync();
            await history.TradeAsync();
            return history;
        }
        catch
        {
            await history.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends what the device has recorded and the cloud has not, in one session of its own.</summary>
    public async Task SendAsync(Till till)
    {
        var (call, welcome) = await TestCall.BeginAsync(Replica, till.Device);
        await using var _ = call;
        if (till.Device.LastSequence > (long)welcome.AppliedThrough) await call.PushAsync(till.Device.Batch((long)welcome.AppliedThrough + 1, till.Device.LastSequence));
        call.AppliesPages = false;
        await call.CloseAsync();
        while (await call.NextAsync() is not null)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Replica.DisposeAsync();
        await Database.DisposeAsync();
        await Shop.DisposeAsync();
    }

    async Task ImportCatalogueAsync()
    {
        var file = new MemoryStream(Encoding.UTF8.GetBytes($"gtin,name,brand,size,price\n{Pen},\"Stift, blau\",Stabilo,,1.20\n{Soap},Seife <mild>,Alma,100 g,2.49\nRICE,Reis,,1 kg,3.00\n"));
        var (catalogue, _) = await CatalogueFile.OpenAsync(file, new(Currency.Parse("EUR"), new Dictionary<string, string>()), CancellationToken.None);
        await new CatalogueImport(new CatalogueStore(Database, TimeProvider.System)).RunAsync(catalogue!.ReadAsync(CancellationToken.None), _ => { }, _ => { }, CancellationToken.None);
    }

    async Task TradeAsync()
    {
        First.Receive("LS-2044", (Pen, 40), (Soap, 12), ("RICE", 2.5m));
        Sale = First.Sell((Pen, 3, 360), (Soap, 1, 249));
        First.Sell(("RICE", 4.125m, 1238));
        await SendAsync(First);

        Refund = Second.Refund(Sale, Pen, 1, 120);
        Unknown = Second.SellUnknown("9999", "Gift bag", 150);
        Poison = Second.Poison();
        Second.Adjust(Soap, -2);
        await SendAsync(Second);

        Other.Receive("LS-9", (Pen, 10));
        Other.MoveCash(20_000);
        Other.Sell((Pen, 1, 120));
        await SendAsync(Other);
        First.Sell((Pen, 2, 240));
        await SendAsync(First);
    }
}
