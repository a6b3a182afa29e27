using System.Net;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Operations.Api;

public sealed class HealthTests
{
    [Test]
    public async Task A_replica_with_its_database_is_live_and_ready()
    {
        await using var shop = await TestShop.OpenAsync();
        await using var site = await OperatorsSite.StartAsync(shop.ConnectionString);

        Assert.That((await site.GetAsync("/healthz/live")).GetProperty("status").GetString(), Is.EqualTo("live"));
        Assert.That((await site.GetAsync("/healthz/ready")).GetProperty("status").GetString(), Is.EqualTo("ready"));
    }

    [Test]
    public async Task Without_its_database_it_is_live_and_not_ready_and_says_so_everywhere()
    {
        using var free = new FreePort();
        await using var site = await OperatorsSite.StartAsync($"Host=127.0.0.1;Port={free.Port};Username=clerk;Database=shop;Timeout=2");

        Assert.That((await site.GetAsync("/healthz/live")).GetProperty("status").GetString(), Is.EqualTo("live"));
        foreach (var path in (string[])["/healthz/ready", "/api/v1/sync/summary", "/api/v1/devices"])
            Assert.That((await site.GetAsync(path, HttpStatusCode.ServiceUnavailable)).GetProperty("code").GetString(), Is.EqualTo("DATABASE_UNREACHABLE"), path);
        Assert.That(await site.Client.GetStringAsync(new Uri("/", UriKind.Relative)), Does.Contain("DATABASE_UNREACHABLE"));
    }

    [Test]
    public async Task On_a_database_without_the_schema_it_is_not_ready()
    {
        await using var shop = await TestShop.OpenAsync();
        var nowhere = new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Database = "no_such_database" }.ConnectionString;
        await using var site = await OperatorsSite.StartAsync(nowhere);

        Assert.That((await site.GetAsync("/healthz/ready", HttpStatusCode.ServiceUnavailable)).GetProperty("code").GetString(), Is.EqualTo("DATABASE_NOT_MIGRATED"));
    }
}
