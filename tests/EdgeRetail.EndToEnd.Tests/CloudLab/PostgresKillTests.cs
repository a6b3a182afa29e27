using EdgeRetail.EndToEnd.Tests.Harness;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>SIGKILL of PostgreSQL's processes while devices sell: it recovers from its log, and replicas outlive it.</summary>
public sealed class PostgresKillTests
{
    const int Kills = 24;

    /// <summary>Those that serve, and those that write: but never the one that asks.</summary>
    const string VictimSql = """
        select pid from pg_stat_activity
        where pid <> pg_backend_pid() and (application_name like 'cloud-sync %' or backend_type in ('checkpointer', 'walwriter', 'background writer'))
        order by application_name, pid offset floor($1 * (
            select count(*) from pg_stat_activity where pid <> pg_backend_pid() and (application_name like 'cloud-sync %' or backend_type in ('checkpointer', 'walwriter', 'background writer')))) limit 1
        """;

    [Test]
    public async Task A_database_whose_processes_are_killed_at_any_moment_loses_nothing([ValueSource(nameof(OneSeed))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var cluster = await Cluster.OpenAsync();
        await using var shop = await Shop.OpenOverAsync(cluster.ConnectionString, replicas: 2);
        var first = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var second = await shop.AddKioskAsync(at: shop.Replicas[1]);
        await using var atFirst = new Customers(first, seed, TimeSpan.FromMilliseconds(30));
        await using var atSecond = new Customers(second, seed + 1000, TimeSpan.FromMilliseconds(30));
        for (var kill = 1; kill <= Kills; kill++)
        {
            var stored = await shop.JournalCountAsync();
            await shop.HurriedAsync(async () => await shop.JournalCountAsync() > stored, "sales arrive before the next kill");
            await random.WaitAsync(TimeSpan.FromMilliseconds(40));
            if (kill % 6 == 0)
            {
                await cluster.KillAsync();
                await cluster.StartAsync();
            }
            else if (await VictimAsync(cluster, random) is { } victim)
            {
                await cluster.KillBackendAsync(victim);
            }
        }

        await atFirst.StopAsync();
        await atSecond.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(shop.Replicas.Select(replica => replica.Process.HasExited), Is.All.False, "replicas outlive their database");
    }

    static IEnumerable<int> OneSeed => Seeds.Of(1);

    static async Task<int?> VictimAsync(Cluster cluster, Random random)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(VictimSql, connection) { Parameters = { new() { Value = random.NextDouble() } } };
        return await command.ExecuteScalarAsync() as int?;
    }
}
