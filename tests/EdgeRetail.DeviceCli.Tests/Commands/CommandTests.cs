using System.Text;
using EdgeRetail.TestKit;

namespace EdgeRetail.DeviceCli.Tests.Commands;

/// <summary>A day at a kiosk without the network, once with the ledger opened by each command and once through <c>run</c>: word for word the same.</summary>
[TestFixture(false)]
[TestFixture(true)]
[CancelAfter(300_000)]
sealed class CommandTests(bool behindRun)
{
    KioskMachine kiosk = null!;

    [SetUp]
    public async Task Enrolled()
    {
        kiosk = await KioskMachine.EnrolledAsync();
        if (behindRun) await kiosk.KeepRunningAsync();
    }

    [TearDown]
    public async Task Closed() => await kiosk.DisposeAsync();

    [Test]
    public async Task A_day_without_the_network_reads_the_same_in_process_and_through_the_socket()
    {
        File.WriteAllText(kiosk["stock.csv"], $"code,quantity\n{KioskMachine.Milk},24\n{KioskMachine.Cola},12\nCHEESE-1,3.250\n");
        var day = new StringBuilder();
        foreach (var command in new[]
        {
            Words("open {0}", kiosk["stock.csv"]),
            Words("open {0}", kiosk["stock.csv"]),
            Words("search cola"),
            Words("search nothing-like-that"),
            Words("search jam"),
            Words("sell 4006381333931*2 5000112637922"),
            Words("sell CHEESE-1*0.375 --tender card --actor bob"),
            Words("sell 4006381333931*3@1.19"),
            ["sell", "4012345678901", "--unknown", "--description", "Quince jam", "--price", "2.49"],
            Words("refund --receipt T1-1-000001 1*1"),
            ["refund", "5000112637922", "--reason", "no receipt, dented"],
            ["void", "T1-1-000002", "--reason", "wrong basket", "--approver", "eve"],
            ["void", "T1-1-000002", "--reason", "wrong basket"],
            ["void", "T1-1-000001", "--reason", "wrong basket"],
            ["receive", "4006381333931*24", "5000112637922*12", "--reference", "note 8871"],
            ["adjust", "4006381333931", "-3", "--reason", "damaged", "--note", "the fridge failed"],
            ["waste", "CHEESE-1", "0.250", "--reason", "expired", "--note", "mould"],
            Words("cash float 200"),
            ["cash", "drop", "150.50", "--note", "to the bank"],
            ["edit", "4006381333931", "name", "Milk of the valley"],
            Words("edits"),
            Words("edit 4006381333931 name --remove"),
            Words("stock"),
            Words("stock 4006381333931"),
            Words("stock --search alpine --limit 2"),
            Words("stock --limit 1"),
            Words("outbox --limit 3"),
            Words("trace T1-1-000002"),
            Words("trace T1-1-000077"),
            Words("verify"),
        })
        {
            var done = await kiosk.RunAsync(command);
            done.IsReadable();
            day.Append(done);
        }

        Approved.Verify(day.ToString(), "Day", behindRun ? "Through the socket." : "In process.");
    }

    [Test]
    public async Task The_same_as_JSON()
    {
        var day = new StringBuilder();
        foreach (var command in new[]
        {
            Words("search cola"), Words("sell 4006381333931*2"), Words("refund --receipt T1-1-000001 1"), Words("receive 5000112637922*12"),
            ["adjust", "4006381333931", "+2", "--reason", "found"], Words("cash in 20"), Words("stock"), Words("outbox"), Words("verify"),
        })
        {
            var done = await kiosk.RunAsync([.. command, "--json"]);
            Assert.That(done.Errors, Is.Empty, done.ToString());
            Assert.That(done.Json.ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Object));
            day.Append(done);
        }

        Approved.Verify(day.ToString(), "DayAsJson", behindRun ? "Through the socket." : "In process.");
    }

    [Test]
    public async Task Status_is_readable_and_has_the_figures()
    {
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        var shown = (await kiosk.RunAsync("status")).Succeeds();
        shown.IsReadable();
        Assert.That(shown.Text, Does.Contain("T1 (id 7)").And.Contain("1 entry").And.Contain("Corner shop").And.Contain("T1-1-000002"));
        var json = (await kiosk.RunAsync("status", "--json")).Succeeds().Json;
        Assert.That(json.GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(1));
        Assert.That(json.GetProperty("pendingCount").GetInt64(), Is.EqualTo(1));
    }

    static IEnumerable<TestCaseData> Refusals() =>
    [
        Refused(1, "UNKNOWN_PRODUCT", "sell", "4012345678901"),
        Refused(1, "WRONG_CHECK_DIGIT", "sell", "4006381333932"),
        Refused(1, "PRODUCT_CODE_INVALID", "sell", "crème"),
        Refused(1, "PRODUCT_CODE_TOO_LONG", "sell", new string('A', 60)),
        Refused(1, "QUANTITY_NOT_POSITIVE", "sell", "4006381333931*0"),
        Refused(1, "QUANTITY_NOT_POSITIVE", "sell", "4006381333931*-1"),
        Refused(1, "QUANTITY_TOO_LARGE", "sell", "4006381333931*1000001"),
        Refused(1, "QUANTITY_TOO_LARGE", "sell", "4006381333931*99999999999999999999999"),
        Refused(1, "AMOUNT_TOO_LARGE", "sell", "4006381333931@999999999999999999999999"),
        Refused(1, "AMOUNT_NEGATIVE", "sell", "4006381333931@-1"),
        Refused(1, "DESCRIPTION_MISSING", "sell", "4012345678901", "--unknown", "--price", "1"),
        Refused(1, "PRICE_MISSING", "sell", "4012345678901", "--unknown", "--description", "Jam"),
        Refused(1, "TEXT_TOO_LONG", "sell", "4012345678901", "--unknown", "--price", "1", "--description", new string('x', 300)),
        Refused(1, "TEXT_TOO_LONG", "sell", "4006381333931", "--actor", new string('x', 300)),
        Refused(1, "RECEIPT_NOT_FOUND", "refund", "--receipt", "T1-1-000099", "1"),
        Refused(1, "RECEIPT_INVALID", "refund", "--receipt", "nonsense", "1"),
        Refused(1, "RECEIPT_NOT_FOUND", "void", "T1-1-000099", "--reason", "wrong"),
        Refused(1, "RECEIPT_INVALID", "void", "nonsense", "--reason", "wrong"),
        Refused(2, "USAGE", "void", "T1-1-000001"),
        Refused(2, "USAGE", "void", "--reason", "wrong"),
        Refused(1, "REFUND_REASON_MISSING", "refund", "4006381333931"),
        Refused(1, "QUANTITY_ZERO", "adjust", "4006381333931", "0", "--reason", "other"),
        Refused(1, "QUANTITY_NOT_POSITIVE", "waste", "4006381333931", "0", "--reason", "theft"),
        Refused(1, "QUANTITY_NOT_POSITIVE", "waste", "4006381333931", "-2", "--reason", "theft"),
        Refused(1, "EDIT_VALUE_MISSING", "edit", "4006381333931", "name", " "),
        Refused(1, "PRODUCT_NOT_FOUND", "edit", "UNKNOWN-1", "name", "x"),
        Refused(1, "WRONG_CHECK_DIGIT", "waste", "4006381333932", "1", "--reason", "theft"),
        Refused(1, "AMOUNT_NOT_POSITIVE", "cash", "in", "0"),
        Refused(1, "LIMIT_INVALID", "stock", "--limit", "100000"),
        Refused(1, "TEXT_TOO_LONG", "search", new string('x', 200)),
        Refused(2, "QUANTITY_INVALID", "sell", "4006381333931*two"),
        Refused(2, "QUANTITY_INVALID", "sell", "4006381333931*0.0001"),
        Refused(2, "PRICE_INVALID", "sell", "4006381333931@1,29"),
        Refused(2, "PRICE_INVALID", "sell", "4006381333931@1.299"),
        Refused(2, "LINE_INVALID", "sell", "*2"),
        Refused(2, "LINE_INVALID", "receive", "4006381333931@1.29"),
        Refused(2, "LINE_AMBIGUOUS", "sell", "4006381333931", "5000112637922", "--price", "1"),
        Refused(2, "USAGE", "sell"),
        Refused(2, "USAGE", "sell", "4006381333931", "--tender", "promises"),
        Refused(2, "USAGE", "sell", "4006381333931", "--command-id", "not-a-uuid"),
        Refused(2, "USAGE", "adjust", "4006381333931", "1"),
        Refused(2, "USAGE", "waste", "4006381333931", "1"),
        Refused(2, "USAGE", "edit", "4006381333931", "name"),
        Refused(2, "USAGE", "edit", "4006381333931", "name", "x", "--remove"),
        Refused(2, "USAGE", "edit", "4006381333931", "colour", "x"),
        Refused(2, "USAGE", "waste", "4006381333931", "1", "--reason", "hunger"),
        Refused(2, "QUANTITY_INVALID", "waste", "4006381333931", "some", "--reason", "theft"),
        Refused(2, "USAGE", "no-such-command"),
        Refused(2, "USAGE", "sync", "--timeout", "0"),
    ];

    static TestCaseData Refused(int exitCode, string code, params string[] arguments) =>
        new TestCaseData(exitCode, code, arguments).SetArgDisplayNames(code, string.Join(' ', arguments.Select(argument => argument.Length > 40 ? argument[..40] : argument)));

    [TestCaseSource(nameof(Refusals))]
    public async Task What_cannot_be_done_has_its_code_and_a_next_step(int exitCode, string code, string[] arguments)
    {
        var json = await kiosk.RunAsync([.. arguments, "--json"]);
        Assert.That(json.Error, Is.EqualTo((exitCode, code)), json.ToString());
        Assert.That(json.Json.GetProperty("error").GetProperty("nextStep").GetString(), Is.Not.Empty);
        Assert.That(json.Json.GetProperty("error").GetProperty("message").GetString(), Is.Not.Empty);

        var text = await kiosk.RunAsync(arguments);
        Assert.That(text.ExitCode, Is.EqualTo(exitCode));
        Assert.That(text.Output, Is.Empty, "errors stand on standard error");
        Assert.That(text.ErrorText, Does.StartWith(code + ":").And.Contain("Next: "));
        if (!arguments.Any(argument => argument.Length > 70)) text.IsReadable();
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.Zero, "nothing was recorded");
    }

    [Test]
    public async Task A_command_given_again_with_its_id_is_recorded_once()
    {
        var id = "5d1cfb6c-6f3b-4f0e-9b7e-0a4c6f6f3a11";
        var first = (await kiosk.RunAsync("sell", KioskMachine.Milk, "--command-id", id, "--json")).Succeeds().Json;
        var again = (await kiosk.RunAsync("sell", KioskMachine.Milk, "--command-id", id, "--json")).Succeeds().Json;
        Assert.That(again.GetProperty("receipt").GetString(), Is.EqualTo(first.GetProperty("receipt").GetString()));
        Assert.That(again.GetProperty("replayed").GetBoolean(), Is.True);
        Assert.That((await kiosk.RunAsync("sell", KioskMachine.Cola, "--command-id", id, "--json")).Error, Is.EqualTo((1, "COMMAND_REUSED")));
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stock_file_with_bad_lines_is_not_taken_at_all_and_they_are_named()
    {
        File.WriteAllText(kiosk["stock.csv"], $"code;quantity\n{KioskMachine.Milk};24\n4006381333932;5\nCOLA;many\nCOLA;1;2\n{KioskMachine.Milk};3\nGLUE;-1\nNAILS;1000001\n\"NUTS\"; 7 \n");
        var refused = await kiosk.RunAsync("open", kiosk["stock.csv"]);
        refused.IsReadable();
        Approved.Verify(refused.ToString(), "StockFileRefused");
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.Zero);
        Assert.That((await kiosk.RunAsync("open", kiosk["missing.csv"], "--json")).Error, Is.EqualTo((1, "FILE_NOT_READ")));
    }

    [Test]
    public async Task A_large_stock_file_is_taken_whole_and_once()
    {
        File.WriteAllLines(kiosk["stock.csv"], Enumerable.Range(1, 2_500).Select(i => $"P-{i},{i}"));
        var opened = (await kiosk.RunAsync("open", kiosk["stock.csv"], "--json")).Succeeds().Json;
        Assert.That((opened.GetProperty("lines").GetInt32(), opened.GetProperty("replayed").GetBoolean()), Is.EqualTo((2_500, false)));
        Assert.That((await kiosk.RunAsync("open", kiosk["stock.csv"], "--json")).Succeeds().Json.GetProperty("replayed").GetBoolean(), Is.True);
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.EqualTo(3), "a thousand lines an entry");
        var stock = (await kiosk.RunAsync("stock", "P-2500", "--json")).Succeeds().Json.GetProperty("items")[0];
        Assert.That(stock.GetProperty("onHandThousandths").GetInt64(), Is.EqualTo(2_500_000));
    }

    [Test]
    public async Task A_sync_without_a_cloud_fails_with_its_code_and_selling_goes_on()
    {
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        var failed = await kiosk.RunAsync("sync", "--json");
        Assert.That(failed.Error, Is.EqualTo((5, "CLOUD_UNREACHABLE")), failed.ToString());
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        Assert.That((await kiosk.RunAsync("status", "--json")).Json.GetProperty("sync").GetProperty("lastErrorCode").GetString(), Is.EqualTo("CLOUD_UNREACHABLE"));
    }

    [Test]
    public async Task Commands_at_the_same_time_take_turns_and_receipts_have_no_gap()
    {
        var sales = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => kiosk.RunAsync("sell", KioskMachine.Milk, "--json")));
        Assert.That(
            sales.Select(sale => sale.Succeeds().Json.GetProperty("receipt").GetString()).Order(StringComparer.Ordinal),
            Is.EqualTo(Enumerable.Range(1, 4).Select(number => $"T1-1-{number:000000}")));
    }

    static string[] Words(string text, params object[] more) => [.. text.Split(' ').Select(word => string.Format(System.Globalization.CultureInfo.InvariantCulture, word, more))];
}
