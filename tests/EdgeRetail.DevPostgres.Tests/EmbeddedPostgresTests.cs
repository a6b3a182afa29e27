using System.Diagnostics;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.DevPostgres.Tests;

/// <summary>The promises of the embedded PostgreSQL, on the engine of the machine and on the fetched one.</summary>
[TestFixture(15)]
[TestFixture(18)]
public sealed class EmbeddedPostgresTests(int major)
{
    TemporaryDirectory folder = null!;

    [SetUp]
    public void MakeHome() => folder = new TemporaryDirectory().OpenToAll();

    [TearDown]
    public async Task StopWhatRuns()
    {
        if (File.Exists(Path.Combine(Home, "data", "PG_VERSION")))
        {
            await using var server = await StartAsync();
            await server.StopAsync(StopMode.Kill);
        }

        folder.Dispose();
    }

    [Test]
    public async Task A_new_home_gives_a_server_of_the_wanted_version_with_durable_defaults()
    {
        await using var server = await StartAsync();

        Assert.Multiple(() =>
        {
            Assert.That(server.ServerMajor, Is.EqualTo(major));
            Assert.That(server.Adopted, Is.False);
            Assert.That(Process.GetProcessById(server.PostmasterPid).ProcessName, Does.StartWith("postgres"));
        });
        Assert.That(await AskAsync(server, "select current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes') || current_setting('server_encoding')"), Is.EqualTo("ononon" + "UTF8"));
        Assert.That(await AskAsync(server, "select current_setting('listen_addresses') || ':' || current_setting('unix_socket_directories')"), Is.EqualTo("127.0.0.1:"));
        Assert.That(await AskAsync(server, "select current_setting('server_version')"), Does.StartWith($"{major}."));
    }

    [Test]
    public async Task Data_outlive_a_stop_and_the_address_stays()
    {
        int port;
        await using (var first = await StartAsync())
        {
            await AskAsync(first, "create table kept as select 42 as answer");
            port = first.Port;
        }

        await using var second = await StartAsync();
        Assert.That(await AskAsync(second, "select answer::text from kept"), Is.EqualTo("42"));
        Assert.That(second.Port, Is.EqualTo(port));
    }

    [Test]
    public async Task Disposing_stops_the_server()
    {
        var server = await StartAsync();
        var pid = server.PostmasterPid;

        await server.DisposeAsync();

        Assert.That(IsRunning(pid), Is.False);
        Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(server, "select '1'"));
    }

    [Test]
    public async Task A_running_server_is_adopted_and_the_last_user_stops_it()
    {
        var starter = await StartAsync();
        var adopter = await StartAsync();

        Assert.That((adopter.Adopted, adopter.Port, adopter.PostmasterPid), Is.EqualTo((true, starter.Port, starter.PostmasterPid)));
        await starter.DisposeAsync();
        Assert.That(await AskAsync(adopter, "select 'still here'"), Is.EqualTo("still here"));
        await adopter.DisposeAsync();
        Assert.That(IsRunning(adopter.PostmasterPid), Is.False);
    }

    [Test]
    public async Task Two_that_start_at_once_share_one_server()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(StartAsync)));

        Assert.That(servers.Select(server => server.PostmasterPid).Distinct().Count(), Is.EqualTo(1));
        Assert.That(servers.Count(server => !server.Adopted), Is.EqualTo(1));
        foreach (var server in servers) await server.DisposeAsync();
    }

    [Test]
    public async Task A_killed_server_recovers_on_the_same_port_with_what_was_committed()
    {
        await using var server = await StartAsync();
        var (port, pid) = (server.Port, server.PostmasterPid);
        await AskAsync(server, "create table committed as select 7 as answer");

        await server.RestartAsync(StopMode.Kill);

        Assert.That(server.Port, Is.EqualTo(port));
        Assert.That(server.PostmasterPid, Is.Not.EqualTo(pid));
        Assert.That(await AskAsync(server, "select answer::text from committed"), Is.EqualTo("7"));
    }

    [Test]
    public async Task A_pid_file_that_names_a_stranger_is_not_believed()
    {
        await using var server = await StartAsync();
        await server.StopAsync();
        var stranger = Environment.ProcessId;
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "postmaster.pid"), $"{stranger}\n{server.DataDirectory}\n1\n{server.Port}\n\n127.0.0.1\n\nready\n");

        await server.StopAsync(StopMode.Kill);

        Assert.That(IsRunning(stranger), Is.True, "the stranger is this test");
    }

    [Test]
    public async Task A_port_taken_meanwhile_is_given_up_for_another()
    {
        int port;
        await using (var first = await StartAsync()) port = first.Port;
        var squatter = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        squatter.Start();
        try
        {
            await using var second = await StartAsync();
            Assert.That(second.Port, Is.Not.EqualTo(port));
            Assert.That(await AskAsync(second, "select '1'"), Is.EqualTo("1"));
        }
        finally
        {
            squatter.Stop();
        }
    }

    [Test]
    public async Task Without_the_password_nobody_gets_in()
    {
        await using var server = await StartAsync();
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={server.Port};Username=postgres;Password=guess;Pooling=false");

        var refused = Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());

        Assert.That(refused!.SqlState, Is.EqualTo(PostgresErrorCodes.InvalidPassword));
        Assert.That(File.GetUnixFileMode(Path.Combine(Home, "password")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task A_half_made_database_is_made_anew()
    {
        Directory.CreateDirectory(Path.Combine(Home, "data.partial"));
        await File.WriteAllTextAsync(Path.Combine(Home, "data.partial", "PG_VERSION"), "1");

        await using var server = await StartAsync();

        Assert.That(await AskAsync(server, "select 'whole'"), Is.EqualTo("whole"));
    }

    [Test]
    public async Task The_version_that_made_the_data_is_the_only_one_that_opens_them()
    {
        await using (await StartAsync())
        {
        }

        var other = major == 15 ? 18 : 15;
        var refused = Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(new() { Home = Home, Major = other }, default));

        Assert.That(refused!.Code, Is.EqualTo(EmbeddedPostgresErrors.EngineInvalid));
        await using var again = await EmbeddedPostgres.StartAsync(new() { Home = Home }, default);
        Assert.That(again.ServerMajor, Is.EqualTo(major), "the engine of the first start is remembered");
    }

    [Test]
    public async Task Data_whose_engine_is_gone_say_what_to_install()
    {
        await using (await StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(Home, "data", "PG_VERSION"), "17\n");
        try
        {
            var refused = Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(new() { Home = Home }, default));
            Assert.That(refused!.Code, Is.EqualTo(EmbeddedPostgresErrors.EngineGone));
            Assert.That(refused.NextStep, Does.Contain("postgresql-17"));
        }
        finally
        {
            await File.WriteAllTextAsync(Path.Combine(Home, "data", "PG_VERSION"), $"{major}\n");
        }
    }

    [Test]
    public async Task A_home_that_only_its_owner_may_enter_will_do()
    {
        using var closed = new TemporaryDirectory();
        var options = Options with { Home = closed["home"] };
        string data;
        await using (var server = await EmbeddedPostgres.StartAsync(options, default))
        {
            await AskAsync(server, "create table kept as select 'there' as answer");
            data = server.DataDirectory;
        }

        await using (var again = await EmbeddedPostgres.StartAsync(options, default))
        {
            Assert.That(await AskAsync(again, "select answer from kept"), Is.EqualTo("there"));
        }

        // For root the data moved to where the server's account can enter; the temporary folder is only a link to them.
        Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);
    }

    [Test]
    public async Task Settings_are_handed_to_the_server()
    {
        await using var server = await EmbeddedPostgres.StartAsync(Options with { Settings = new Dictionary<string, string> { ["max_connections"] = "33", ["application_name"] = "it's ours" } }, default);

        Assert.That(await AskAsync(server, "select current_setting('max_connections')"), Is.EqualTo("33"));
    }

    string Home => folder["home"];

    EmbeddedPostgresOptions Options => new() { Home = Home, Major = major, Progress = TestContext.Progress.WriteLine };

    async Task<EmbeddedPostgres> StartAsync()
    {
        try
        {
            return await EmbeddedPostgres.StartAsync(Options, default);
        }
        catch (EmbeddedPostgresException e) when (e.Code is EmbeddedPostgresErrors.EngineMissing or EmbeddedPostgresErrors.FetchFailed or EmbeddedPostgresErrors.CommandMissing)
        {
            Desk.IgnoreExceptInCi(e.Message);
            throw;
        }
    }

    static async Task<string?> AskAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }

    static bool IsRunning(int pid) => File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
}
