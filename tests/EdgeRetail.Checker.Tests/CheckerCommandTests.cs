using EdgeRetail.TestKit;

namespace EdgeRetail.Checker.Tests;

/// <summary>The checker as a process: what its exit codes and its two outputs say.</summary>
sealed class CheckerCommandTests : HandMadeFixture
{
    [Test]
    public async Task What_holds_ends_with_0_as_a_table_and_as_one_document()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        var table = await RunAsync(shops, "--at-rest");
        var document = await RunAsync(shops, "--at-rest", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(table.ExitCode, Is.Zero, table.ToString());
            Assert.That(table.Output, Does.Match(@"S1\b").And.Contain("not yet"), table.ToString());
            Assert.That(document.ExitCode, Is.Zero, document.ToString());
            Assert.That(document.Json.GetProperty("holds").GetBoolean());
            Assert.That(document.Json.GetProperty("broken").GetArrayLength(), Is.Zero);
            Assert.That(document.Json.GetProperty("figures").GetProperty("entriesInJournal").GetInt64(), Is.EqualTo(11));
        });
    }

    [Test]
    public async Task What_is_broken_ends_with_1_and_is_named_in_both_outputs()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.RunAsync("UPDATE stock SET on_hand = on_hand + 1000 WHERE store_id = 2");
        var table = await RunAsync(shops, "--at-rest");
        var document = await RunAsync(shops, "--at-rest", "--json");
        var broken = document.Json.GetProperty("broken").EnumerateArray().Select(id => id.GetString()!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That((table.ExitCode, document.ExitCode), Is.EqualTo((1, 1)), table.ToString());
            Assert.That(broken, Is.Not.Empty, document.ToString());
            Assert.That(broken, Is.All.Matches<string>(id => table.Output.Contains(id, StringComparison.Ordinal)), table.ToString());
        });
    }

    [Test]
    public async Task An_entry_that_is_on_its_way_is_lost_only_at_rest()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.LoseTheLastOfT3Async();
        shops.T3.Run($"INSERT INTO pending VALUES(2, '{HandMadeCatalogue.Eggs}', 2, -1000); UPDATE identity SET covered_count = 1");
        Assert.That((await RunAsync(shops)).ExitCode, Is.Zero);
        Assert.That((await RunAsync(shops, "--at-rest")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task The_connection_string_comes_from_a_file_so_that_no_password_stands_in_the_arguments()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        var file = Path.Combine(folder.Path, "database");
        await File.WriteAllTextAsync(file, shops.Database + "\n");
        var outcome = await RunAsync(["--database-file", file, "--json"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(outcome.Json.GetProperty("figures").GetProperty("entriesInJournal").GetInt64(), Is.EqualTo(11));
    }

    static IEnumerable<TestCaseData> WithoutVerdict()
    {
        yield return new("NOTHING_TO_CHECK", Array.Empty<string>());
        yield return new("FILE_UNREADABLE", new[] { "--database-file", "/no/such/file" });
        yield return new("'--no-such-option'", new[] { "--no-such-option" });
    }

    [TestCaseSource(nameof(WithoutVerdict))]
    public async Task Where_there_is_nothing_to_judge_it_ends_with_2_and_says_why(string said, string[] arguments)
    {
        var outcome = await RunAsync(arguments);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
            Assert.That(outcome.Errors, Does.Contain(said).And.Not.Contain("   at "), outcome.ToString());
            Assert.That(outcome.Output, Is.Empty);
        });
    }

    [Test]
    public async Task A_ledger_or_a_database_that_cannot_be_read_is_no_verdict()
    {
        using var folder = new TemporaryDirectory();
        using var nobody = new FreePort();
        var noLedger = await RunAsync(["--ledger", folder.Path]);
        var noDatabase = await RunAsync(["--database", $"Host=127.0.0.1;Port={nobody.Port};Username=nobody;Database=none"]);
        Assert.Multiple(() =>
        {
            Assert.That((noLedger.ExitCode, noDatabase.ExitCode), Is.EqualTo((2, 2)), noLedger.ToString() + noDatabase);
            Assert.That(noLedger.Errors, Does.StartWith("LEDGER_MISSING: ").And.Contain(folder.Path));
            Assert.That(noDatabase.Errors, Does.StartWith("DATABASE_UNREACHABLE: ").And.Not.Contain("   at "));
        });
    }

    static Task<CommandOutcome> RunAsync(HandMadeShops shops, params string[] arguments) =>
        RunAsync([.. shops.Input.DeviceDirectories.SelectMany(directory => new[] { "--ledger", directory }), "--database", shops.Database, .. arguments]);

    static async Task<CommandOutcome> RunAsync(string[] arguments)
    {
        await using var process = ProductProcess.Start(RepositoryRoot.Output("EdgeRetail.Checker", "edgeretail-checker"), arguments, new Dictionary<string, string?> { ["EDGERETAIL_DATABASE"] = null });
        return await CommandOutcome.OfAsync(process, "edgeretail-checker " + string.Join(' ', arguments));
    }
}
