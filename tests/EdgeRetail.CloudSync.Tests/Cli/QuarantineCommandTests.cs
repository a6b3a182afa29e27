using EdgeRetail.CloudSync.Tests.Operations;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.Cli;

public sealed class QuarantineCommandTests
{
    TemporaryDirectory folder = null!;
    ShopHistory history = null!;
    string poison = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        folder = new();
        history = await ShopHistory.MakeAsync();
        poison = history.Poison.Id.ToString();
        await File.WriteAllTextAsync(folder["connection"], history.Shop.ConnectionString);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await history.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task What_stands_in_quarantine_is_listed_shown_and_voided_once()
    {
        Assert.That((await RunAsync("quarantine", "list")).Output, Does.Contain("ENTRY_MALFORMED").And.Contain(poison));
        var shown = await RunAsync("quarantine", "show", poison);
        Assert.That(shown.Output, Does.Contain("Decoding ended at byte").And.Contain("ffffff02").And.Contain("Open."));

        var voided = await RunAsync("quarantine", "void", poison, "--actor", "ann", "--reason", "a test");
        Assert.That((voided.ExitCode, voided.Output), Is.EqualTo((0, voided.Output)));
        Assert.That(voided.Output, Does.Contain("is voided"));
        var again = await RunAsync("quarantine", "void", poison, "--actor", "bob", "--reason", "too late", "--json");
        Assert.That((again.ExitCode, again.ErrorCode), Is.EqualTo((1, "ALREADY_SETTLED")));
        Assert.That(again.Output, Does.Contain("ann voided"));
        Assert.That((await RunAsync("quarantine", "list")).Output, Does.Contain("Nothing of the kind"));
        Assert.That((await RunAsync("quarantine", "list", "--state", "settled")).Output, Does.Contain("Voided by ann").And.Contain("Not yet durable"));
        Assert.That((await RunAsync("verify")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("rebuild")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_correction_is_read_from_a_file_as_the_device_would_have_recorded_it()
    {
        var sale = history.Second.Sell((ShopHistory.Pen, 2, 240));
        await File.WriteAllTextAsync(folder["entry.json"], Contracts.Wire.EntryJson.Write(sale.Bytes));
        var corrected = await RunAsync("quarantine", "correct", poison, "--entry-file", folder["entry.json"], "--actor", "ann", "--reason", "typed again from the receipt", "--json");

        Assert.That(corrected.ExitCode, Is.Zero);
        Assert.That(corrected.Json.GetProperty("settlement").GetProperty("kind").GetString(), Is.EqualTo("corrected"));
        Assert.That(await history.Shop.OnHandAsync(1, "04006381333931"), Is.EqualTo(34_000), "Two pens fewer.");
        Assert.That((await RunAsync("rebuild")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task What_cannot_be_replayed_stays_and_says_why()
    {
        var one = await RunAsync("quarantine", "replay", poison, "--actor", "ann", "--json");
        Assert.That((one.ExitCode, one.ErrorCode), Is.EqualTo((1, "ENTRY_UNMERGEABLE")));
        var all = await RunAsync("quarantine", "replay", "--code", "ENTRY_MALFORMED", "--actor", "ann", "--json");
        Assert.That((all.ExitCode, all.Json.GetProperty("replayed").GetInt32(), all.Json.GetProperty("left").GetArrayLength()), Is.EqualTo((1, 0, 1)));
    }

    [TestCase(2, "quarantine", "void", "not-an-id", "--actor", "ann", "--reason", "x")]
    [TestCase(2, "quarantine", "void", "01994d2c-5c00-8abc-8def-0123456789ab", "--reason", "x")]
    [TestCase(2, "quarantine", "replay", "--actor", "ann")]
    [TestCase(2, "quarantine", "list", "--state", "closed")]
    [TestCase(2, "quarantine", "list", "--limit", "0")]
    [TestCase(2, "quarantine", "list", "--after", "x")]
    [TestCase(1, "quarantine", "void", "01994d2c-5c00-8abc-8def-0123456789ab", "--actor", "ann", "--reason", "x")]
    [TestCase(1, "quarantine", "show", "01994d2c-5c00-8abc-8def-0123456789ab")]
    public async Task A_command_that_makes_no_sense_ends_with_its_exit_code(int exitCode, params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Output);
        Assert.That(run.ErrorCode, Is.Not.Empty);
    }

    Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync([.. arguments, "--database-file", folder["connection"]]);
}
