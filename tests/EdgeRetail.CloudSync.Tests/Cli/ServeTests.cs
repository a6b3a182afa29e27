using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.Cli;

/// <summary>Real processes of <c>cloud-sync</c>.</summary>
public sealed class ServeTests
{
    TemporaryDirectory folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryDirectory().OpenToAll();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public async Task It_says_once_where_it_listens_and_ends_cleanly_on_SIGTERM()
    {
        await using var shop = await TestShop.OpenAsync(1);
        await using var serve = await ServeAsync(shop);
        var ready = await ReadyAsync(serve);

        using var client = new HttpClient();
        Assert.That((int)(await client.GetAsync($"{ready.GetProperty("http").GetString()}/healthz/ready")).StatusCode, Is.EqualTo(200));
        Assert.That(new Uri(ready.GetProperty("grpc").GetString()!).Host, Is.EqualTo("127.0.0.1"));
        Assert.That(ready.GetProperty("database").GetString(), Does.Not.Contain("assword"));

        serve.Signal(ProcessSignal.Terminate);
        Assert.That(await serve.ExitAsync(), Is.Zero);
        Assert.That(serve.Output, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_taken_port_is_named()
    {
        await using var shop = await TestShop.OpenAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var serve = await ServeAsync(shop, "--port", $"{port}", "--json");

        Assert.That(await serve.ExitAsync(), Is.EqualTo(1));
        var error = JsonDocument.Parse(string.Concat(serve.Output)).RootElement.GetProperty("error");
        Assert.That((error.GetProperty("code").GetString(), error.GetProperty("message").GetString()), Is.EqualTo(("PORT_IN_USE", $"Port {port} is taken by another process.")));
        Assert.That(error.GetProperty("nextStep").GetString(), Does.Contain("--port"));
    }

    [Test]
    public async Task It_never_migrates_a_database_that_it_was_given()
    {
        await using var shop = await TestShop.OpenAsync();
        var last = await shop.ScalarAsync<string>("""select max(migration_id) from "__EFMigrationsHistory" """);
        await shop.ExecuteAsync($"""delete from "__EFMigrationsHistory" where migration_id = '{last}'""");

        await using var serve = await ServeAsync(shop, "--json");

        Assert.That(await serve.ExitAsync(), Is.EqualTo(3));
        Assert.That(string.Concat(serve.Output), Does.Contain("DATABASE_NOT_MIGRATED").And.Contain("cloud-sync migrate"));
    }

    [Test]
    public async Task Keys_that_others_can_read_are_refused()
    {
        await using var shop = await TestShop.OpenAsync();
        Keys();
        File.SetUnixFileMode(folder["keys.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        await using var serve = await StartAsync(shop, "--json");

        Assert.That(await serve.ExitAsync(), Is.EqualTo(1));
        Assert.That(string.Concat(serve.Output), Does.Contain("SESSION_KEYS_EXPOSED"));
    }

    [Test]
    public async Task The_development_database_is_shared_by_all_commands_and_stopped_by_the_last()
    {
        string[] dev = ["--dev", "--state", folder["state"]];

        // Alone, a command starts it, migrates it, and stops it again.
        await using (var alone = ProductProcess.CloudSync(["store", "add", "--id", "1", "--name", "Berlin", "--currency", "EUR", "--time-zone", "Europe/Berlin", .. dev]))
            Assert.That(await alone.ExitAsync(), Is.Zero, string.Join('\n', alone.Errors));
        await using (var stopped = ProductProcess.CloudSync(["dev-database", "--json", "--state", folder["state"]]))
        {
            Assert.That(await stopped.ExitAsync(), Is.EqualTo(3));
            Assert.That(string.Concat(stopped.Output), Does.Contain("DEV_DATABASE_NOT_RUNNING"));
        }

        await using var serve = ProductProcess.CloudSync(["serve", "--port", "0", "--grpc-port", "0", .. dev]);
        var ready = await ReadyAsync(serve);
        await using (var add = ProductProcess.CloudSync(["device", "add", "--store", "1", "--code", "T1", "--out", folder["t1.json"], .. dev]))
            Assert.That(await add.ExitAsync(), Is.Zero, string.Join('\n', add.Errors));
        using var client = new HttpClient();
        Assert.That(await client.GetStringAsync($"{ready.GetProperty("http").GetString()}/api/v1/devices"), Does.Contain("\"T1\""), "the command did not stop the database under it");
        await using var where = ProductProcess.CloudSync(["dev-database", "--state", folder["state"]]);
        Assert.That(await where.ExitAsync(), Is.Zero);
        var port = new Npgsql.NpgsqlConnectionStringBuilder(where.Output.Single()).Port;

        serve.Signal(ProcessSignal.Interrupt);
        Assert.That(await serve.ExitAsync(), Is.Zero);
        using var probe = new TcpClient();
        Assert.That(async () => await probe.ConnectAsync(IPAddress.Loopback, port), Throws.InstanceOf<SocketException>(), "the last one out stops it");
    }

    async Task<ProductProcess> ServeAsync(TestShop shop, params string[] arguments)
    {
        Keys();
        return await StartAsync(shop, arguments);
    }

    async Task<ProductProcess> StartAsync(TestShop shop, params string[] arguments)
    {
        await File.WriteAllTextAsync(folder["connection"], shop.ConnectionString);
        string[] ports = [.. arguments.Contains("--port") ? (string[])[] : ["--port", "0"], "--grpc-port", "0"];
        return ProductProcess.CloudSync(["serve", "--database-file", folder["connection"], "--key-file", folder["keys.json"], .. ports, .. arguments]);
    }

    void Keys() => EdgeRetail.CloudSync.Devices.SessionKeyFile.LoadOrCreate(folder["keys.json"], EdgeRetail.CloudSync.Operations.SecretSource.OfTheSystem, TimeProvider.System);

    static async Task<JsonElement> ReadyAsync(ProductProcess serve)
    {
        var ready = JsonDocument.Parse(await serve.LineAsync("\"event\":\"ready\"")).RootElement;
        Assert.That(ready.GetProperty("event").GetString(), Is.EqualTo("ready"));
        return ready;
    }
}
