using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.TestKit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Cli;

public sealed class CommandLineTests
{
    TemporaryDirectory folder = null!;
    TestShop shop = null!;
    string connection = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        folder = new();
        shop = await TestShop.OpenAsync();
        connection = folder["connection"];
        await File.WriteAllTextAsync(connection, shop.ConnectionString);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await shop.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_store_is_added_with_its_head_and_listed()
    {
        Assert.That((await RunAsync("store", "add", "--id", "7", "--name", "Köln Süd", "--currency", "EUR", "--time-zone", "Europe/Berlin", "--day-cut-off", "03:30")).ExitCode, Is.Zero);

        Assert.That(await shop.ScalarAsync<long>("select version from store_head where store_id = 7"), Is.Zero);
        var list = await RunAsync("store", "list");
        Assert.That(list.Output, Does.Contain("Köln Süd").And.Contain("03:30"));
        var json = (await RunAsync("store", "list", "--json")).Json.GetProperty("stores")[0];
        Assert.That((json.GetProperty("storeId").GetInt32(), json.GetProperty("name").GetString()), Is.EqualTo((7, "Köln Süd")));
    }

    [TestCase("STORE_EXISTS", "--id", "7", "--name", "N", "--currency", "EUR", "--time-zone", "Europe/Berlin")]
    [TestCase("STORE_ID_INVALID", "--id", "0", "--name", "N", "--currency", "EUR", "--time-zone", "Europe/Berlin")]
    [TestCase("STORE_NAME_MISSING", "--id", "8", "--name", " ", "--currency", "EUR", "--time-zone", "Europe/Berlin")]
    [TestCase("CURRENCY_INVALID", "--id", "8", "--name", "N", "--currency", "euro", "--time-zone", "Europe/Berlin")]
    [TestCase("TIME_ZONE_UNKNOWN", "--id", "8", "--name", "N", "--currency", "EUR", "--time-zone", "Europe/Atlantis")]
    public async Task A_store_that_cannot_be_is_refused(string code, params string[] arguments)
    {
        await RunAsync("store", "add", "--id", "7", "--name", "First", "--currency", "EUR", "--time-zone", "Europe/Berlin");

        var run = await RunAsync(["store", "add", "--json", .. arguments]);

        Assert.That((run.ExitCode, run.ErrorCode), Is.EqualTo((1, code)));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from store"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_device_gets_a_file_that_its_owner_alone_can_read_and_the_database_only_the_hash_of_its_token()
    {
        await AddStoreAsync();
        var file = folder["t1.json"];

        var run = await RunAsync("device", "add", "--store", "1", "--code", "T1", "--out", file, "--json");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var enrolment = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement;
        var token = enrolment.GetProperty("token").GetString()!;
        Assert.That(token, Does.Match("^erd_[A-Za-z0-9_-]{43}$"));
        Assert.That(run.Output + run.Error, Does.Not.Contain(token));
        Assert.That(enrolment.GetProperty("format").GetString(), Is.EqualTo("edgeretail-enrolment/1"));
        Assert.That(enrolment.GetProperty("receiptSeries").GetString(), Is.EqualTo("1"));

        await using var context = shop.Context();
        var device = await context.Devices.SingleAsync();
        Assert.That(device.TokenHash, Is.EqualTo(DeviceRegistry.TokenHash(token)));
        Assert.That((device.DeviceId, device.StreamId, device.State), Is.EqualTo((enrolment.GetProperty("deviceId").GetInt32(), enrolment.GetProperty("streamId").GetGuid(), "active")));
        Assert.That(await context.Streams.CountAsync(stream => stream.StreamId == device.StreamId && stream.AppliedThrough == 0), Is.EqualTo(1));
        Assert.That(await context.DeviceAssignments.CountAsync(row => row.DeviceId == device.DeviceId && row.StoreId == 1 && row.AssignmentVersion == 1), Is.EqualTo(1));
    }

    [Test]
    public async Task The_enrolment_is_printed_only_when_asked_for()
    {
        await AddStoreAsync();

        var run = await RunAsync("device", "add", "--store", "1", "--code", "T1", "--out", "-");

        Assert.That(run.Json.GetProperty("token").GetString(), Does.StartWith("erd_"));
    }

    [Test]
    public async Task No_device_is_added_where_its_file_cannot_be_written()
    {
        await AddStoreAsync();
        await File.WriteAllTextAsync(folder["taken"], "another's key");

        var taken = await RunAsync("device", "add", "--json", "--store", "1", "--code", "T1", "--out", folder["taken"]);
        var nowhere = await RunAsync("device", "add", "--json", "--store", "1", "--code", "T1", "--out", folder["no/such/folder"]);

        Assert.That((taken.ErrorCode, nowhere.ErrorCode), Is.EqualTo(("FILE_EXISTS", "FILE_NOT_WRITABLE")));
        Assert.That(await File.ReadAllTextAsync(folder["taken"]), Is.EqualTo("another's key"));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from device"), Is.Zero);
    }

    [TestCase("STORE_NOT_FOUND", "--store", "9", "--code", "T2")]
    [TestCase("DEVICE_CODE_TAKEN", "--store", "1", "--code", "T1")]
    [TestCase("DEVICE_CODE_INVALID", "--store", "1", "--code", "a device code")]
    [TestCase("CLOUD_ADDRESS_INVALID", "--store", "1", "--code", "T2", "--cloud-address", "127.0.0.1:5001")]
    [TestCase("TRANSPORT_NOT_LOOPBACK", "--store", "1", "--code", "T2", "--cloud-address", "http://10.0.0.1:5001")]
    [TestCase("TRANSPORT_NOT_LOOPBACK", "--store", "1", "--code", "T2", "--cloud-address", "https://127.0.0.1:5001")]
    public async Task A_device_that_cannot_be_is_refused_and_leaves_no_file(string code, params string[] arguments)
    {
        await AddStoreAsync();
        await RunAsync("device", "add", "--store", "1", "--code", "T1", "--out", folder["t1.json"]);

        var run = await RunAsync(["device", "add", "--json", "--out", folder["new.json"], .. arguments]);

        Assert.That((run.ExitCode, run.ErrorCode), Is.EqualTo((1, code)));
        Assert.That(Directory.GetFiles(folder.Path, "new.json*"), Is.Empty);
        Assert.That(await shop.ScalarAsync<long>("select count(*) from device"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_revoked_device_is_refused_and_revoking_again_is_no_error()
    {
        await AddStoreAsync();
        await RunAsync("device", "add", "--store", "1", "--code", "T1", "--out", folder["t1.json"]);

        Assert.That((await RunAsync("device", "revoke", "T1", "--json")).Json.GetProperty("already").GetBoolean(), Is.False);
        Assert.That((await RunAsync("device", "revoke", "T1", "--json")).Json.GetProperty("already").GetBoolean(), Is.True);
        Assert.That((await RunAsync("device", "revoke", "T9", "--json")).ErrorCode, Is.EqualTo("DEVICE_NOT_FOUND"));
        Assert.That(await shop.ScalarAsync<string>("select state from device"), Is.EqualTo("revoked"));
    }

    [Test]
    public async Task A_device_is_retired_with_its_last_entry_or_without_exactly_so_many()
    {
        await AddStoreAsync();
        foreach (var code in (string[])["T1", "T2"]) await RunAsync("device", "add", "--store", "1", "--code", code, "--out", folder[$"{code}.json"]);
        await shop.ExecuteAsync(
            """
            insert into device_status (device_id, session_number, replica, connected, confirmed_at_ms, last_heard_at_ms, last_sequence, outbox_count, pending_count, store_cursor, catalogue_cursor,
                software_version, cache_drift_count, resync_rows, resync_rows_total, durable_through, oldest_retained)
            select device_id, 1, '', false, 0, 1, 12, 12, 0, 0, 0, 'test', 0, 0, 0, 0, 0 from device where device_code = 'T2'
            """);

        Assert.That((await RunAsync("device", "retire", "T1", "--json", "--missing", "3")).ErrorCode, Is.EqualTo("NOTHING_MISSING"));
        Assert.That((await RunAsync("device", "retire", "T1", "--json")).Json.GetProperty("missing").GetInt64(), Is.Zero);
        Assert.That((await RunAsync("device", "retire", "T1", "--json")).Json.GetProperty("already").GetBoolean(), Is.True);
        Assert.That((await RunAsync("device", "retire", "T9", "--json")).ErrorCode, Is.EqualTo("DEVICE_NOT_FOUND"));

        foreach (var arguments in (string[][])[[], ["--missing", "11"]])
        {
            var refused = await RunAsync(["device", "retire", "T2", "--json", .. arguments]);
            Assert.That((refused.ExitCode, refused.ErrorCode), Is.EqualTo((1, "ENTRIES_MISSING")));
        }

        var retired = await RunAsync("device", "retire", "T2", "--missing", "12");
        Assert.That(retired.ExitCode, Is.Zero);
        Assert.That(retired.Output, Does.Contain("Retired device T2").And.Contain("12 entries that it had recorded never arrived"));
        var list = await RunAsync("device", "list");
        Assert.That(list.Output, Does.Contain("T2 TAIL_MISSING: Retired without its last 12 entries: 1 to 12 of its stream"));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from device where state = 'retired'"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_device_comes_back_under_the_id_that_it_had_only_where_nobody_has_it()
    {
        await AddStoreAsync();
        var back = await RunAsync("device", "add", "--store", "1", "--code", "T7", "--device-id", "77", "--out", folder["t7.json"], "--json");
        Assert.That(back.Json.GetProperty("deviceId").GetInt32(), Is.EqualTo(77));
        Assert.That((await RunAsync("device", "add", "--store", "1", "--code", "T8", "--device-id", "77", "--out", folder["t8.json"], "--json")).ErrorCode, Is.EqualTo("DEVICE_ID_TAKEN"));
        Assert.That((await RunAsync("device", "add", "--store", "1", "--code", "T8", "--device-id", "-1", "--out", folder["t8.json"], "--json")).ErrorCode, Is.EqualTo("DEVICE_ID_INVALID"));
        Assert.That(
            (await RunAsync("device", "add", "--store", "1", "--code", "T8", "--device-id", "78", "--successor-of", "T7", "--out", folder["t8.json"], "--json")).ErrorCode, Is.EqualTo("DEVICE_ID_OF_SUCCESSOR"));
    }

    [Test]
    public async Task A_catalogue_is_imported_with_a_report_of_its_bad_rows()
    {
        await AddStoreAsync();
        await File.WriteAllTextAsync(folder["catalogue.csv"], "gtin,name,brand,size,price\n4006381333931,Pen,Stabilo,,1.20\n4006381333932,Bad,,,1.00\n");

        var run = await RunAsync("catalogue", "import", folder["catalogue.csv"], "--json", "--report", folder["bad.csv"]);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That((run.Json.GetProperty("imported").GetInt32(), run.Json.GetProperty("bad").GetInt32(), run.Json.GetProperty("badRows")[0].GetProperty("line").GetInt32()), Is.EqualTo((1, 1, 3)));
        Assert.That(await File.ReadAllLinesAsync(folder["bad.csv"]), Is.EqualTo(new[] { "line,code,message", "3,WRONG_CHECK_DIGIT,\"The check digit of 4006381333932 is wrong: it should be 1.\"" }));
        Assert.That((await RunAsync("catalogue", "import", folder["catalogue.csv"], "--strict")).ExitCode, Is.EqualTo(1));
        Assert.That(await shop.ScalarAsync<string>("select currency from product"), Is.EqualTo("EUR"), "the stores'");
    }

    [TestCase(1, "FILE_NOT_FOUND", "catalogue", "import", "no-such-file.csv")]
    [TestCase(1, "FILE_NOT_READABLE", "catalogue", "import", "/")]
    [TestCase(2, "CURRENCY_MISSING", "catalogue", "import", "/dev/null")]
    [TestCase(2, "CURRENCY_INVALID", "catalogue", "import", "/dev/null", "--currency", "Euro")]
    [TestCase(1, "FILE_EMPTY", "catalogue", "import", "/dev/null", "--currency", "EUR")]
    [TestCase(2, "COLUMN_INVALID", "catalogue", "import", "/dev/null", "--currency", "EUR", "--column", "ean=code")]
    [TestCase(2, "PRICE_INVALID", "catalogue", "import", "/dev/null", "--currency", "EUR", "--default-price", "1.999")]
    [TestCase(2, "SEPARATOR_INVALID", "catalogue", "import", "/dev/null", "--currency", "EUR", "--separator", "\"")]
    [TestCase(1, "STORE_NOT_FOUND", "verify", "--store", "4")]
    [TestCase(1, "STORE_NOT_FOUND", "rebuild", "--store", "4")]
    [TestCase(2, "PORT_INVALID", "serve", "--port", "70000")]
    [TestCase(2, "DURABILITY_INVALID", "serve", "--durability", "backup")]
    [TestCase(2, "DURABILITY_INVALID", "serve", "--durability", "age:0d")]
    [TestCase(2, "DURABILITY_INVALID", "serve", "--durability", "age:14")]
    [TestCase(2, "DURABILITY_INTERVAL_INVALID", "serve", "--durability-every", "0")]
    [TestCase(1, "DURABILITY_ARCHIVE_OFF", "serve", "--durability", "archive")]
    [TestCase(1, "DURABILITY_STANDBY_MISSING", "serve", "--durability", "standby")]
    [TestCase(1, "SESSION_KEYS_MISSING", "serve", "--port", "0", "--grpc-port", "0", "--key-file", "no-such-file.json")]
    [TestCase(2, "USAGE", "store", "add", "--id", "many")]
    [TestCase(2, "USAGE", "stores")]
    public async Task Errors_have_a_code_and_a_next_step_and_an_exit_code(int exitCode, string code, params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);

        Assert.That((run.ExitCode, run.ErrorCode), Is.EqualTo((exitCode, code)));
        Assert.That(run.Json.GetProperty("error").GetProperty("nextStep").GetString(), Is.Not.Empty);
        var words = await RunAsync(arguments);
        Assert.That(words.Error, Does.StartWith($"{code}: "));
        Assert.That(words.Error, Does.Contain("\n  Next: "));
        Assert.That(words.Output, Is.Empty);
    }

    [Test]
    public async Task A_database_without_the_schema_is_refused_with_the_next_step_and_migrated_by_migrate()
    {
        var empty = new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Database = $"empty_{Guid.NewGuid():N}" }.ConnectionString;
        await File.WriteAllTextAsync(connection, empty);
        try
        {
            var before = await RunAsync("store", "list", "--json");
            Assert.That((before.ExitCode, before.ErrorCode), Is.EqualTo((3, "DATABASE_NOT_MIGRATED")));
            Assert.That(before.Json.GetProperty("error").GetProperty("nextStep").GetString(), Does.Contain("cloud-sync migrate"));

            var keys = folder["keys.json"];
            Assert.That((await RunAsync("migrate", "--json", "--key-file", keys)).Json.GetProperty("changed").GetBoolean(), Is.True);
            Assert.That((await RunAsync("migrate", "--json", "--key-file", keys)).Json.GetProperty("changed").GetBoolean(), Is.False);
            Assert.That(File.GetUnixFileMode(keys), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(SessionKeyFile.Load(keys).Keys, Has.Count.EqualTo(1));
            Assert.That((await RunAsync("store", "list")).ExitCode, Is.Zero);
        }
        finally
        {
            await Databases.DropAsync(empty);
        }
    }

    [Test]
    public async Task A_database_of_a_later_version_is_left_alone()
    {
        await shop.ExecuteAsync("""insert into "__EFMigrationsHistory" (migration_id, product_version) values ('29991231000000_Later', '99.0')""");

        Assert.That((await RunAsync("store", "list", "--json")).ErrorCode, Is.EqualTo("DATABASE_NEWER"));
        Assert.That((await RunAsync("migrate", "--json", "--key-file", folder["keys.json"])).ErrorCode, Is.EqualTo("DATABASE_NEWER"));
    }

    [Test]
    public async Task A_database_that_does_not_answer_is_named_and_its_password_is_not()
    {
        using var free = new FreePort();
        await File.WriteAllTextAsync(connection, $"Host=127.0.0.1;Port={free.Port};Username=clerk;Password=opensesame;Database=shop");

        var run = await RunAsync("store", "list", "--json");

        Assert.That((run.ExitCode, run.ErrorCode), Is.EqualTo((3, "DATABASE_UNREACHABLE")));
        Assert.That(run.Output + run.Error, Does.Not.Contain("opensesame"));
    }

    [Test]
    public async Task A_wrong_password_is_told_apart_from_a_server_that_is_down()
    {
        await File.WriteAllTextAsync(connection, new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Password = "wrong" }.ConnectionString);

        var run = await RunAsync("store", "list", "--json");

        Assert.That((run.ExitCode, run.ErrorCode), Is.EqualTo((3, "DATABASE_ACCESS_DENIED")));
    }

    [TestCase("DATABASE_MISSING")]
    [TestCase("DATABASE_AMBIGUOUS", "--database", "Host=127.0.0.1", "--dev")]
    [TestCase("DATABASE_INVALID", "--database", "Host")]
    [TestCase("DATABASE_INVALID", "--database", "Database=shop")]
    [TestCase("PASSWORD_IN_ARGUMENTS", "--database", "Host=127.0.0.1;Password=opensesame")]
    public async Task Which_database_has_to_be_clear(string code, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(["store", "list", "--json", .. arguments]);

        Assert.That((run.ExitCode, run.ErrorCode), Is.EqualTo((2, code)));
        Assert.That(run.Output, Does.Not.Contain("opensesame"));
    }

    [Test]
    public async Task What_people_read_fits_80_columns()
    {
        await RunAsync("store", "add", "--id", "1", "--name", new string('n', 150), "--currency", "EUR", "--time-zone", "America/Argentina/ComodRivadavia");
        await RunAsync("device", "add", "--store", "1", "--code", "T234567890123456", "--out", folder["t.json"]);
        foreach (var arguments in (string[][])[["store", "list"], ["device", "list"], ["verify"], ["rebuild"]])
        {
            var run = await RunAsync(arguments);
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Output.Split('\n').Where(text => text.Length > 80), Is.Empty);
        }
    }

    Task<CommandRun> AddStoreAsync() => RunAsync("store", "add", "--id", "1", "--name", "Berlin", "--currency", "EUR", "--time-zone", "Europe/Berlin");

    Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync([.. arguments, "--database-file", connection]);
}
