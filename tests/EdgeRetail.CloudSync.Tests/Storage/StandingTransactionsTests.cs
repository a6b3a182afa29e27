using EdgeRetail.CloudSync.Storage;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Storage;

public sealed class StandingTransactionsTests
{
    const string StandingSql = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'cloud-sync ingest' and state = 'active' and wait_event = 'ClientRead'";

    /// <summary>The replica has sent half of a batch and then nothing: the server has the first statement's lock and waits for the second.</summary>
    [Test]
    public async Task A_transaction_whose_replica_stopped_in_the_middle_of_a_batch_is_ended()
    {
        await using var shop = await TestShop.OpenAsync(1);
        await using var database = new CloudDatabase(shop.ConnectionString, 1);
        var settings = new NpgsqlConnectionStringBuilder(shop.ConnectionString);
        await using var proxy = new TcpProxy(settings.Port);
        (settings.Port, settings.Host, settings.ApplicationName, settings.Pooling) = (proxy.Port, "127.0.0.1", "cloud-sync ingest", false);
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        proxy.Swallow(LinkDirection.Up, afterBytes: 64 * 1024);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("select from store_head for update"));
        batch.BatchCommands.Add(new("select length($1)") { Parameters = { new() { Value = new string('x', 1024 * 1024) } } });
        var never = batch.ExecuteNonQueryAsync();
        await Eventually.Holds(() => shop.ScalarAsync<long>(StandingSql), standing => standing == 1, "the server waits for the rest");
        Assert.That(() => LockAsync(shop), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.LockNotAvailable));

        Assert.That(await StandingTransactions.EndAsync(database.Queries, TimeSpan.FromMinutes(10), CancellationToken.None), Is.Zero, "one that is merely slow has its time");
        Assert.That(await StandingTransactions.EndAsync(database.Queries, TimeSpan.Zero, CancellationToken.None), Is.EqualTo(1));
        await Eventually.Holds(() => shop.ScalarAsync<long>(StandingSql), standing => standing == 0, "it is ended");
        await LockAsync(shop);
        proxy.Cut();
        Assert.That(async () => await never, Throws.InstanceOf<NpgsqlException>());
    }

    [Test]
    public async Task What_stands_in_other_programs_is_nobodys_business()
    {
        await using var shop = await TestShop.OpenAsync(1);
        await using var database = new CloudDatabase(shop.ConnectionString, 1);
        await using var reports = new NpgsqlConnection(shop.ConnectionString + ";Pooling=false;Application Name=reports");
        await reports.OpenAsync();
        await using var copy = await reports.BeginTextImportAsync("copy store_head (store_id) from stdin");
        await copy.FlushAsync();
        Assert.That(await StandingTransactions.EndAsync(database.Queries, TimeSpan.Zero, CancellationToken.None), Is.Zero);
    }

    static async Task LockAsync(TestShop shop) => await shop.ScalarAsync<long>("select count(*) from (select from store_head for update nowait) locked");
}
