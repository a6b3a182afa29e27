using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.BadInput;

/// <summary>What people at a kiosk get wrong, or find wrong: a code, a next step, an exit code that scripts can rely on, and no sale lost.</summary>
public sealed class DeviceCommandTests
{
    static readonly string Known = Goods.Codes[0];

    Shop shop = null!;
    Kiosk kiosk = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        shop = await Shop.OpenAsync();
        kiosk = await shop.AddKioskAsync(start: false);
        (await kiosk.RunAsync("sync")).AssertOk();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        try
        {
            await shop.DrainAsync();
            await shop.CheckAsync();
        }
        finally
        {
            await shop.DisposeAsync();
        }
    }

    static IEnumerable<TestCaseData> RefusedSales()
    {
        yield return Case("A_wrong_check_digit", 1, "WRONG_CHECK_DIGIT", Known[..12] + (Known[12] == '0' ? '1' : '0'));
        yield return Case("A_quantity_of_zero", 1, "QUANTITY_NOT_POSITIVE", $"{Known}*0");
        yield return Case("A_negative_quantity", 1, "QUANTITY_NOT_POSITIVE", $"{Known}*-2");
        yield return Case("An_absurd_quantity", 1, "QUANTITY_TOO_LARGE", $"{Known}*1000001");
        yield return Case("A_quantity_of_twenty_digits", 1, "QUANTITY_TOO_LARGE", $"{Known}*99999999999999999999");
        yield return Case("A_quantity_that_is_none", 2, "QUANTITY_INVALID", $"{Known}*two");
        yield return Case("A_quantity_finer_than_a_thousandth", 2, "QUANTITY_INVALID", $"{Known}*0.0001");
        yield return Case("An_absurd_price", 1, "AMOUNT_TOO_LARGE", $"{Known}@100000000.01");
        yield return Case("A_negative_price", 1, "AMOUNT_NEGATIVE", $"{Known}@-0.01");
        yield return Case("A_price_that_is_none", 2, "PRICE_INVALID", $"{Known}@cheap");
        yield return Case("An_over_long_description", 1, "TEXT_TOO_LONG", Goods.Unknown, "--unknown", "--price", "1.00", "--description", new string('x', 201));
        yield return Case("An_over_long_actor", 1, "TEXT_TOO_LONG", Known, "--actor", new string('x', 65));
        yield return Case("An_over_long_code", 1, "PRODUCT_CODE_TOO_LONG", new string('A', 49));
        yield return Case("A_code_with_letters_nobody_prints", 1, "PRODUCT_CODE_INVALID", "ÄPFEL");
        yield return Case("An_unknown_product_without_a_price", 1, "PRICE_MISSING", Goods.Unknown, "--unknown", "--description", "honey");
        yield return Case("Nothing_to_sell", 2, "USAGE");
    }

    [TestCaseSource(nameof(RefusedSales))]
    public async Task Is_refused_and_records_nothing(int exitCode, string code, string[] arguments)
    {
        var recorded = kiosk.Ledger.Scalar<long>("select count(*) from entry");
        (await kiosk.RunAsync(["sell", .. arguments])).AssertRefused(exitCode, code);
        Assert.That(kiosk.Ledger.Scalar<long>("select count(*) from entry"), Is.EqualTo(recorded));
    }

    [Test]
    public async Task An_unknown_GTIN_is_refused_with_the_hint_and_sold_with_it()
    {
        var refused = (await kiosk.RunAsync("sell", Goods.Unknown)).AssertRefused(1, "UNKNOWN_PRODUCT");
        Assert.That(refused.NextStep, Does.Contain("--unknown"));
        var sold = (await kiosk.RunAsync("sell", Goods.Unknown, "--unknown", "--description", "Honey of Ms Müller 🍯", "--price", "4.50")).AssertOk();
        (await kiosk.RunAsync("sync")).AssertOk();
        var entry = sold.Json.GetProperty("entryId").GetGuid();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await shop.LongAsync("select count(*) from journal where entry_id = $1 and quarantine_code is null", entry), Is.EqualTo(1));
            Assert.That(await shop.StockAsync(kiosk.Store, Goods.Unknown), Is.Negative, "stock is kept under the scanned code");
        }
    }

    [Test]
    public async Task A_directory_without_a_device_says_how_to_make_one([Values("sell", "run", "status", "sync", "verify")] string command)
    {
        var empty = shop[$"empty-{command}"];
        Directory.CreateDirectory(empty);
        string[] arguments = command == "sell" ? ["sell", Known] : [command];
        var outcome = (await Elsewhere(empty, arguments)).AssertRefused(3, "NOT_ENROLLED");
        Assert.That(outcome.NextStep, Does.Contain("enrol"));
    }

    [Test]
    public async Task Another_devices_enrolment_does_not_take_over_a_ledger()
    {
        (await shop.Cloud.RunAsync("device", "add", "--store", "1", "--code", "X1", "--cloud-address", kiosk.Link.Address, "--out", shop["x1.json"])).AssertOk();
        (await kiosk.RunAsync("enrol", "--from", shop["x1.json"])).AssertRefused(1, "LEDGER_OF_OTHER_DEVICE");
        (await kiosk.RunAsync("sync")).AssertOk();
    }

    [Test]
    public async Task The_same_devices_enrolment_again_keeps_the_ledger()
    {
        var recorded = kiosk.Ledger.Scalar<long>("select count(*) from entry");
        (await kiosk.RunAsync("enrol", "--from", shop.EnrolmentFile(kiosk))).AssertOk();
        Assert.That(kiosk.Ledger.Scalar<long>("select count(*) from entry"), Is.EqualTo(recorded));
        (await kiosk.RunAsync("sync")).AssertOk();
    }

    [Test]
    public async Task An_enrolment_beyond_loopback_is_refused()
    {
        var text = await File.ReadAllTextAsync(shop.EnrolmentFile(kiosk));
        await File.WriteAllTextAsync(shop["far.json"], text.Replace(kiosk.Link.Address, "http://192.0.2.7:5001", StringComparison.Ordinal));
        (await Elsewhere(shop["far"], "enrol", "--from", shop["far.json"])).AssertRefused(1, "TRANSPORT_NOT_LOOPBACK");
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("{\"format\":\"edgeretail-enrolment/9\"}")]
    [TestCase("[1,2,3]")]
    public async Task An_enrolment_file_that_is_none_is_refused(string text)
    {
        await File.WriteAllTextAsync(shop["broken.json"], text);
        (await Elsewhere(shop["broken"], "enrol", "--from", shop["broken.json"])).AssertRefused(1, "ENROLMENT_INVALID");
    }

    [Test]
    public async Task A_ledger_of_a_newer_version_is_left_alone([Values("sell", "run", "status", "sync", "verify")] string command)
    {
        var copy = Copy($"newer-{command}");
        var ledger = new LedgerFile(Path.Combine(copy, "ledger.db"));
        ledger.Write(execute => execute("pragma user_version = 9999", []));
        var before = ledger.Scalar<long>("select count(*) from entry");
        string[] arguments = command == "sell" ? ["sell", Known] : [command];
        (await Elsewhere(copy, arguments)).AssertRefused(4, "LEDGER_NEWER_VERSION");
        Assert.That(ledger.Scalar<long>("select count(*) from entry"), Is.EqualTo(before));
    }

    [Test]
    public async Task A_ledger_that_is_no_database_any_more_is_set_aside_salvaged_and_sold_on_with()
    {
        var copy = Copy("damaged");
        var file = Path.Combine(copy, "ledger.db");
        var recorded = kiosk.Ledger.Scalar<long>("select count(*) from entry");
        await using (var stream = File.OpenWrite(file)) await stream.WriteAsync("this was a ledger"u8.ToArray());
        var damaged = await File.ReadAllBytesAsync(file);
        (await Elsewhere(copy, "sell", Known, "--unknown", "--description", "Tea", "--price", "2.50")).AssertOk();
        var status = (await Elsewhere(copy, "status")).AssertOk();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(Directory.GetDirectories(copy, "damaged-*").Single(), "ledger.db")), Is.EqualTo(damaged), "what may still be read of it must not be lost");
            Assert.That(new LedgerFile(file).Scalar<long>("select count(*) from entry"), Is.EqualTo(recorded + 1));
            Assert.That(status.Json.GetProperty("warnings").ToString(), Does.Contain("LEDGER_SALVAGED"));
        }
    }

    [Test]
    public async Task A_cloud_that_cannot_be_reached_is_named_and_the_sale_stands()
    {
        kiosk.Link.Refuse();
        try
        {
            (await kiosk.RunAsync("sell", Known)).AssertOk();
            (await kiosk.RunAsync("sync", "--timeout", "20")).AssertRefused(5, "CLOUD_UNREACHABLE");
            Assert.That((await kiosk.RunAsync("status")).AssertOk().Json.GetProperty("outbox").GetProperty("count").GetInt64(), Is.Positive);
        }
        finally
        {
            kiosk.Link.Heal();
        }

        (await kiosk.RunAsync("sync")).AssertOk();
    }

    [Test]
    public async Task A_kiosk_port_in_use_is_named()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        (await kiosk.RunAsync("run", "--kiosk-port", $"{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}")).AssertRefused(1, "KIOSK_PORT_IN_USE");
        (await kiosk.RunAsync("status")).AssertOk();
    }

    [Test]
    public async Task A_second_agent_on_the_same_ledger_is_refused_and_commands_go_through_the_first()
    {
        await kiosk.StartAsync();
        try
        {
            (await kiosk.RunAsync("run", "--kiosk-port", "0")).AssertRefused(4, "LEDGER_BUSY");
            (await kiosk.RunAsync("sell", Known)).AssertOk();
            (await kiosk.RunAsync("sync")).AssertOk();
        }
        finally
        {
            await kiosk.StopAsync();
        }
    }

    [Test]
    public async Task Commands_at_the_same_time_take_turns()
    {
        var before = kiosk.Ledger.Scalar<long>("select count(*) from entry");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => kiosk.RunAsync("sell", Known)));
        foreach (var outcome in outcomes) outcome.AssertOk();
        Assert.That(kiosk.Ledger.Scalar<long>("select count(*) from entry"), Is.EqualTo(before + 3));
    }

    static TestCaseData Case(string name, int exitCode, string code, params string[] arguments) => new TestCaseData(exitCode, code, arguments).SetArgDisplayNames(name);

    async Task<CommandOutcome> Elsewhere(string folder, params string[] arguments)
    {
        await using var other = new Kiosk("elsewhere", kiosk.Store, folder, new TcpProxy(shop.Replica.GrpcPort), shop.History);
        return await other.RunAsync(arguments);
    }

    string Copy(string name)
    {
        var copy = shop[name];
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(kiosk.Folder).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal))) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }
}
