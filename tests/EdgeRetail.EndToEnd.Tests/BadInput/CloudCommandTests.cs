using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.BadInput;

/// <summary>What operators get wrong: every refusal has a stable code, an exit code and a next step.</summary>
public sealed class CloudCommandTests
{
    [Test]
    public async Task A_database_that_cannot_be_reached_is_named([Values("store list", "migrate", "verify", "serve")] string command)
    {
        using var state = new TemporaryDirectory();
        using var free = new FreePort();
        var nobody = new CloudCommands($"Host=127.0.0.1;Port={free.Port};Username=postgres;Password=secret-word;Database=shop;Timeout=3", state.Path);
        var outcome = await nobody.RunAsync(command.Split(' '));
        outcome.AssertRefused(3, "DATABASE_UNREACHABLE");
        Assert.That(outcome.Output + outcome.Errors, Does.Not.Contain("secret-word"));
    }

    [Test]
    public async Task A_database_that_was_not_migrated_is_named([Values("store list", "verify", "serve")] string command)
    {
        var connectionString = await Surroundings.CreateDatabaseAsync();
        try
        {
            await using (var connection = new Npgsql.NpgsqlConnection(connectionString + ";Pooling=false"))
            {
                await connection.OpenAsync();
                await using var drop = new Npgsql.NpgsqlCommand("drop schema public cascade; create schema public", connection);
                await drop.ExecuteNonQueryAsync();
            }

            (await new CloudCommands(connectionString, Surroundings.StateDirectory).RunAsync(command.Split(' '))).AssertRefused(3, "DATABASE_NOT_MIGRATED");
        }
        finally
        {
            await Surroundings.Postgres.DropDatabaseAsync(connectionString);
        }
    }

    [Test]
    public async Task A_database_of_a_newer_version_is_left_alone([Values("store list", "migrate", "verify", "serve")] string command)
    {
        await using var shop = await Shop.OpenAsync(replicas: 0);
        var stores = await shop.LongAsync("select count(*) from store");
        await shop.ExecuteAsync("""insert into "__EFMigrationsHistory" values ('99990101000000_FromTheFuture', '99.0.0')""");
        (await shop.Cloud.RunAsync(command.Split(' '))).AssertRefused(3, "DATABASE_NEWER");
        Assert.That(await shop.LongAsync("select count(*) from store"), Is.EqualTo(stores), "nothing was touched");
    }

    [Test]
    public async Task A_port_in_use_is_named([Values("--grpc-port", "--port")] string option)
    {
        await using var shop = await Shop.OpenAsync();
        var taken = option == "--port" ? shop.Replica.HttpPort : shop.Replica.GrpcPort;
        var other = option == "--port" ? "--grpc-port" : "--port";
        (await shop.Cloud.RunAsync("serve", option, $"{taken}", other, "0")).AssertRefused(1, "PORT_IN_USE");
        Assert.That((await shop.Replica.GetAsync("/healthz/ready")).Status, Is.EqualTo(200), "who had the port has it still");
    }

    [Test]
    public async Task A_cloud_address_beyond_loopback_is_refused()
    {
        await using var shop = await Shop.OpenAsync(replicas: 0);
        (await shop.Cloud.RunAsync("device", "add", "--store", "1", "--code", "T9", "--cloud-address", "http://192.0.2.7:5001", "--out", shop["t9.json"])).AssertRefused(1, "TRANSPORT_NOT_LOOPBACK");
        Assert.That(await shop.LongAsync("select count(*) from device"), Is.Zero);
    }

    [Test]
    public async Task A_command_line_that_makes_no_sense_is_refused([Values("store add --id x", "device", "nonsense")] string command)
    {
        await using var shop = await Shop.OpenAsync(replicas: 0);
        (await shop.Cloud.RunAsync(command.Split(' '))).AssertRefused(2, "USAGE");
    }
}
