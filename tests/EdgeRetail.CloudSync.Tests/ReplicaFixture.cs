namespace EdgeRetail.CloudSync.Tests;

/// <summary>A migrated database with stores, and one replica on it, for each test.</summary>
public abstract class ReplicaFixture(params int[] stores)
{
    private protected TestShop shop = null!;
    private protected TestReplica replica = null!;

    [SetUp]
    public async Task StartAsync()
    {
        shop = await TestShop.OpenAsync(stores);
        replica = await TestReplica.StartAsync(shop.ConnectionString);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await replica.DisposeAsync();
        await shop.DisposeAsync();
    }
}
