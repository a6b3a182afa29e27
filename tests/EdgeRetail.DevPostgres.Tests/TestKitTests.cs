using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.DevPostgres.Tests;

/// <summary>What every other test builds on: databases from a template, processes that obey.</summary>
[TestFixture]
public sealed class TestKitTests
{
    [Test]
    public async Task Each_test_gets_its_own_copy_of_the_migrated_template()
    {
        await using var postgres = await TestPostgres.StartAsync(async template =>
        {
            await ExecuteAsync(template, "create table shelf(what text); insert into shelf values ('from the template')");
        });
        var (first, second) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());

        await ExecuteAsync(first, "insert into shelf values ('mine')");

        Assert.That(await ExecuteAsync(first, "select count(*) from shelf"), Is.EqualTo(2L));
        Assert.That(await ExecuteAsync(second, "select count(*) from shelf"), Is.EqualTo(1L));
        await postgres.DropDatabaseAsync(first);
        Assert.That(Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(first, "select 1"))!.SqlState, Is.EqualTo(PostgresErrorCodes.InvalidCatalogName));
    }

    [Test]
    public async Task A_process_shows_its_lines_and_obeys_signals()
    {
        await using var process = ProductProcess.Start("bash", ["-c", "trap 'echo bye; exit 7' TERM; echo ready $COLOUR; while :; do sleep 0.05; done"], new Dictionary<string, string?> { ["COLOUR"] = "blue" });
        Assert.That(await process.LineAsync("ready"), Is.EqualTo("ready blue"));

        process.Signal(ProcessSignal.Stop);
        await Eventually.IsTrue(() => StateOf(process.Pid) == 'T', "SIGSTOP halts it");
        process.Signal(ProcessSignal.Continue);
        await Eventually.IsTrue(() => StateOf(process.Pid) != 'T', "SIGCONT lets it go on");

        Assert.That(await process.StopAsync(), Is.EqualTo(7));
        Assert.That(process.Output, Does.Contain("bye"));
    }

    [Test]
    public async Task A_process_that_ends_too_early_says_what_it_said()
    {
        await using var process = ProductProcess.Start("bash", ["-c", "echo no database >&2; exit 3"]);

        var failure = Assert.ThrowsAsync<AssertionException>(() => process.LineAsync("ready"));

        Assert.That(failure!.Message, Does.Contain("ended with 3").And.Contain("no database"));
    }

    [Test]
    public async Task A_process_does_not_outlive_the_one_that_started_it()
    {
        using var folder = new TemporaryDirectory();
        var script = $"setpriv --pdeathsig KILL -- sleep 600 & echo $! > {folder["pid"]}; echo started; wait";
        await using var parent = ProductProcess.Start("bash", ["-c", script]);
        await parent.LineAsync("started");
        var child = int.Parse(await File.ReadAllTextAsync(folder["pid"]));

        await parent.KillAsync();

        await Eventually.IsTrue(() => StateOf(child) is 'Z' or null, "the child ends with its parent");
    }

    [Test]
    public async Task The_use_of_a_process_is_read_from_the_kernel()
    {
        await using var process = ProductProcess.Start("bash", ["-c", "i=0; while :; do i=$((i+1)); done"]);

        var use = await Eventually.Holds(() => process.Use(), use => use?.CpuSeconds > 0.1, "a busy loop uses CPU");

        Assert.That(use!.PeakResidentBytes, Is.GreaterThanOrEqualTo(use.ResidentBytes).And.GreaterThan(1_000_000));
    }

    static char? StateOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }

    static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
