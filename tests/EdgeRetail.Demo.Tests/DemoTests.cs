using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeRetail.TestKit;

namespace EdgeRetail.Demo.Tests;

/// <summary>The demo itself, as people start it: real processes, and a verdict that turns red for each sabotage.</summary>
[TestFixture]
[NonParallelizable]
public sealed class DemoTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    static readonly string[] Fields =
    [
        "entriesRecorded", "entriesInJournal", "lost", "duplicated", "linesInFile", "linesTaken", "linesListed", "receiptsCompared", "receiptsEqual",
        "quantityInFile", "quantityInPostgres", "valueInFile", "valueInPostgres", "invariants",
    ];

    static readonly string[] NotYet = ["S7", "S9", "S20", "S25", "L3", "L4", "V1"];

    [Test]
    public async Task The_built_in_shop_agrees_to_the_last_unit()
    {
        var (exitCode, summary, transcript) = await RunAsync();
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, transcript);
            Assert.That(summary.EnumerateObject().Select(field => field.Name), Is.EqualTo(Fields));
            Assert.That(Number(summary, "linesTaken") + Number(summary, "linesListed"), Is.EqualTo(Number(summary, "linesInFile")));
            Assert.That(Number(summary, "entriesRecorded"), Is.EqualTo(Number(summary, "entriesInJournal")).And.GreaterThan(1_000));
            Assert.That(Holds(summary).Where(invariant => invariant.Value is null).Select(invariant => invariant.Key), Is.EquivalentTo(NotYet));
            Assert.That(RecordedOnce(transcript), Is.GreaterThanOrEqualTo(1), "the killed agent is asked again for what it had sold");
        });
    }

    [TestCase("pos/online_retail_2010-12-01_to_2010-12-09.csv", 22_523, 51, 1_037, 165_341_000, 37_748_845)]
    [TestCase("pos/completejourney_20_stores.csv", 23_329, 123, 14_449, 2_810_448_000, 7_489_019)]
    public async Task A_real_file_is_in_PostgreSQL_line_for_line(string path, int lines, int listed, int receipts, long quantity, long value)
    {
        // The figures were counted in the files by other means than the demo's.
        var (exitCode, summary, transcript) = await RunAsync("--sales", SharedData.Path(path));
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, transcript);
            Assert.That((Number(summary, "linesInFile"), Number(summary, "linesListed")), Is.EqualTo(((long)lines, (long)listed)));
            Assert.That((Number(summary, "receiptsCompared"), Number(summary, "receiptsEqual")), Is.EqualTo(((long)receipts, (long)receipts)));
            Assert.That((Number(summary, "quantityInFile"), Number(summary, "quantityInPostgres")), Is.EqualTo((quantity, quantity)));
            Assert.That((Number(summary, "valueInFile"), Number(summary, "valueInPostgres")), Is.EqualTo((value, value)));
        });
    }

    [TestCase("lose", "S1", "lost", 1)]
    [TestCase("double", "S2", "duplicated", 1)]
    [TestCase("reorder", "S4", "lost", 0)]
    [TestCase("drift", "S5", "lost", 0)]
    public async Task A_sabotage_is_named(string kind, string invariant, string figure, int count)
    {
        var (exitCode, summary, transcript) = await RunAsync("--sabotage", kind);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1), transcript);
            Assert.That(Holds(summary)[invariant], Is.False, transcript);
            Assert.That(Number(summary, figure), Is.EqualTo(count), transcript);
        });
    }

    [Test]
    public async Task Without_check_it_stays_up_until_told_to_stop_and_leaves_nothing_behind()
    {
        var roll = Path.Combine(RepositoryRoot.Artifacts, "demo", "till-roll.csv");
        if (!File.Exists(roll)) await RunAsync();
        await using var demo = ProductProcess.Start(Executable, ["--sales", roll]);
        await demo.LineAsync("Everything stays up until Ctrl-C", Patience);
        await demo.LineAsync("kiosk T3");
        var addresses = demo.Output.SkipWhile(line => !line.StartsWith("Everything stays up", StringComparison.Ordinal)).Skip(1).Select(line => new Uri(line.Split(' ')[^1])).ToList();
        using var http = new HttpClient();
        Assert.That(addresses, Has.Count.EqualTo(4), demo.Transcript());
        foreach (var address in addresses) Assert.That((await http.GetAsync(address)).IsSuccessStatusCode, Is.True, $"{address}");
        var started = Descendants(demo.Pid);
        Assert.That(started, Has.Count.GreaterThanOrEqualTo(4), "cloud and agents");
        var folder = started.Select(process => Regex.Match(CommandLineOf(process), "/[^\0]*/edgeretail-demo-[^/\0]+").Value).First(found => found.Length > 0);
        Assert.That(RunsIn(folder), Has.Count.GreaterThan(started.Count), "PostgreSQL is nobody's child, and works in the same folder");

        demo.Signal(ProcessSignal.Interrupt);

        Assert.That(await demo.ExitAsync(), Is.Zero, demo.Transcript());
        await Eventually.IsTrue(() => RunsIn(folder).Count == 0, "everything that it started is gone");
        foreach (var address in addresses) Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(address));
    }

    [Test]
    public async Task What_it_cannot_use_is_said_before_anything_is_started()
    {
        await using var missing = await ProductProcess.RunAsync(Executable, ["--check", "--sales", "no-such-file.csv"]);
        await using var unknown = await ProductProcess.RunAsync(Executable, ["--check", "--sabotage", "explode"]);
        Assert.Multiple(async () =>
        {
            Assert.That(await missing.ExitAsync(), Is.EqualTo(2));
            Assert.That(missing.Errors, Has.Some.StartsWith("FILE_UNREADABLE: "));
            Assert.That(await unknown.ExitAsync(), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_check_that_breaks_off_says_so_in_its_last_line()
    {
        var nowhere = new Dictionary<string, string?> { ["TMPDIR"] = "/nowhere/to/be/found/" };
        await using var demo = await ProductProcess.RunAsync(Executable, ["--check"], nowhere);
        var last = JsonDocument.Parse(demo.Output[^1]).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await demo.ExitAsync(), Is.EqualTo(1));
            Assert.That(demo.Errors, Has.Some.StartsWith("DEMO_FAILED: "));
            Assert.That(last.GetProperty("code").GetString(), Is.EqualTo("DEMO_FAILED"));
            Assert.That(last.GetProperty("invariants").GetArrayLength(), Is.Zero);
            Assert.That(last.TryGetProperty("lost", out _), Is.False, "no figure that nobody computed");
        }
    }

    /// <summary>The processes whose command line names the folder.</summary>
    static List<int> RunsIn(string folder) => [.. Processes().Where(process => CommandLineOf(process).Contains(folder, StringComparison.Ordinal))];

    static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    /// <summary>Empty where the process has gone meanwhile.</summary>
    static string CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>All processes below this one.</summary>
    static List<int> Descendants(int pid)
    {
        var parents = Processes().Select(process => (Pid: process, Parent: ParentOf(process))).ToList();
        var found = new List<int>();
        for (var generation = new List<int> { pid }; generation.Count > 0;)
        {
            generation = [.. parents.Where(process => generation.Contains(process.Parent)).Select(process => process.Pid)];
            found.AddRange(generation);
        }

        return found;
    }

    /// <summary>0 where the process has gone meanwhile.</summary>
    static int ParentOf(int pid)
    {
        try
        {
            // The name stands in parentheses and may hold anything; state and parent follow.
            return int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static string Executable => RepositoryRoot.Output("EdgeRetail.Demo", "edgeretail-demo");

    static async Task<(int ExitCode, JsonElement Summary, string Transcript)> RunAsync(params string[] arguments)
    {
        await using var demo = await ProductProcess.RunAsync(Executable, ["--check", .. arguments], within: Patience);
        var transcript = string.Join('\n', [.. demo.Output, .. demo.Errors]);
        Assert.That(demo.Output, Is.Not.Empty, transcript);
        Assert.That(demo.Output[^1], Does.StartWith("{"), transcript);
        Assert.That(demo.Output.SkipLast(1).Max(line => line.Length), Is.LessThanOrEqualTo(80), transcript);
        return (await demo.ExitAsync(), JsonDocument.Parse(demo.Output[^1]).RootElement, transcript);
    }

    /// <summary>How many commands were sent again after the kill and answered from the ledger, as the demo says it.</summary>
    static int RecordedOnce(string transcript) =>
        int.TryParse(Regex.Match(transcript, "recorded once: ([0-9,]+)").Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : -1;

    static long Number(JsonElement summary, string name) => summary.GetProperty(name).GetInt64();

    static Dictionary<string, bool?> Holds(JsonElement summary) => summary.GetProperty("invariants").EnumerateArray().ToDictionary(
        invariant => invariant.GetProperty("id").GetString()!, invariant => invariant.GetProperty("holds") is { ValueKind: not JsonValueKind.Null } holds ? holds.GetBoolean() : (bool?)null);
}
