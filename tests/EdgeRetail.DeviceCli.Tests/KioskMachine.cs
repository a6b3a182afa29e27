using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.TestKit;

namespace EdgeRetail.DeviceCli.Tests;

/// <summary>A kiosk as the executable sees it: a data directory of its own, enrolled, with a small catalogue; and the executable itself.</summary>
sealed partial class KioskMachine : IAsyncDisposable
{
    public const string Milk = "4006381333931";
    public const string Cola = "5000112637922";

    readonly TemporaryDirectory folder = new();
    ProductProcess? running;

    public string Data => folder["data"];

    public string SocketPath => Path.Combine(Data, "agent.sock");

    public string this[string file] => folder[file];

    /// <summary>Nobody listens there: the kiosk is offline.</summary>
    public static string NoCloud { get; } = "http://127.0.0.1:9";

    public static async Task<KioskMachine> EnrolledAsync(string? cloud = null)
    {
        var machine = new KioskMachine();
        machine.WriteEnrolment("t1.json", cloud ?? NoCloud);
        var enrol = await machine.RunAsync("enrol", "--from", machine["t1.json"]);
        Assert.That(enrol.ExitCode, Is.Zero, enrol.ToString());
        machine.LoadCatalogue();
        return machine;
    }

    public static KioskMachine Bare() => new();

    public void WriteEnrolment(string name, string cloud, int device = 7) => File.WriteAllText(this[name], $$"""
        {"format":"edgeretail-enrolment/1","cloudAddress":"{{cloud}}","deviceId":{{device}},"deviceCode":"T1","token":"erd_secret-{{device}}",
         "streamId":"11111111-2222-4333-8444-555555555555","receiptSeries":"1","storeId":1,"assignmentVersion":1,"storeName":"Corner shop",
         "currency":"EUR","timeZone":"Europe/Berlin","dayCutOffMinutes":240,"settingsVersion":1}
        """);

    /// <summary>Runs the executable to its end.</summary>
    public async Task<Transcript> RunAsync(params string[] arguments)
    {
        await using var process = await ProductProcess.RunAsync(ProductExecutables.EdgeRetail, arguments, Environment);
        return new(arguments, await process.ExitAsync(), process.Output, process.Errors, this);
    }

    public ProductProcess Start(params string[] arguments) => ProductProcess.Start(ProductExecutables.EdgeRetail, arguments, Environment);

    /// <summary>Keeps <c>run</c> alive, so that commands go through its socket.</summary>
    public async Task<string> KeepRunningAsync(params string[] more)
    {
        running = Start(["run", "--json", "--kiosk-port", "0", .. more]);
        var line = await running.LineAsync("\"ready\"");
        return JsonDocument.Parse(line).RootElement.GetProperty("kiosk").GetString()!;
    }

    public async Task<int> StopRunningAsync()
    {
        var exitCode = await running!.StopAsync();
        await running.DisposeAsync();
        running = null;
        return exitCode;
    }

    public async Task KillRunningAsync()
    {
        await running!.KillAsync();
        await running.DisposeAsync();
        running = null;
    }

    /// <summary>What differs from run to run does not belong into an approved text.</summary>
    public string Scrubbed(string text)
    {
        text = text.Replace(Data, "DATA", StringComparison.Ordinal).Replace(folder.Path, "FOLDER", StringComparison.Ordinal);
        text = Uuid().Replace(text, "<uuid>");
        text = ShortUuid().Replace(text, "<uuid>…");
        text = JsonTime().Replace(text, "<time>");
        text = LocalTime().Replace(text, "<time>             ");
        text = EntryBytes().Replace(text, "<n>  <uuid>…");
        text = JsonBytes().Replace(text, "\"bytes\":<n>");
        text = FileSizes().Replace(text, "write-ahead log <n> KB of at most 65536, logs <n> KB");
        text = Free().Replace(text, "<free> free");
        text = FreeBytes().Replace(text, "\"freeBytes\":<free>");
        text = Process().Replace(text, "process <pid>");
        return Kill().Replace(text, "kill <pid>");
    }

    public async ValueTask DisposeAsync()
    {
        if (running is not null) await running.DisposeAsync();
        folder.Dispose();
    }

    Dictionary<string, string?> Environment => new() { ["EDGERETAIL_DATA"] = Data, ["EDGERETAIL_ACTOR"] = "ann", ["LANG"] = "C" };

    void LoadCatalogue()
    {
        using var agent = Agent.Open(new AgentOptions(Data), TimeProvider.System);
        ProductRow[] rows =
        [
            new(1, Code(Milk), "Whole milk", "Alpine", "1 l", Euro(129), Unit.Each),
            new(2, Code(Cola), "Cola", "Fizz", "330 ml", Euro(99), Unit.Each),
            new(3, Code("CHEESE-1"), "Mountain cheese", "Alpine", "loose", Euro(1999), Unit.Kilogram),
            new(4, Code("JAM-LONG"), "Jam of the forest's finest berries, slowly cooked in copper, with a name that no table can hold", "Grandmother's", "370 g", Euro(549), Unit.Each),
        ];
        Assert.That(agent.Cache.ApplyCataloguePage(new(0, 4, new(Hash256.Of([4])), rows)), Is.TypeOf<PageOutcome.Applied>());
    }

    static ProductCode Code(string text) => ((ProductCodeReading.Accepted)ProductCode.Read(text)).Code;

    static Money Euro(long minor) => new(minor, Currency.Parse("EUR"));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}…")]
    private static partial Regex ShortUuid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")]
    private static partial Regex JsonTime();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")]
    private static partial Regex LocalTime();

    // An entry holds times and a boot id, whose bytes differ from machine to machine.
    [GeneratedRegex(@"\d{2,3}  <uuid>…")]
    private static partial Regex EntryBytes();

    [GeneratedRegex(@"""bytes"":\d+")]
    private static partial Regex JsonBytes();

    [GeneratedRegex(@"write-ahead log \d+ KB of at most 65536, logs \d+ KB")]
    private static partial Regex FileSizes();

    [GeneratedRegex(@"[\d.]+ [KMG]B free")]
    private static partial Regex Free();

    [GeneratedRegex(@"""freeBytes"":\d+")]
    private static partial Regex FreeBytes();

    [GeneratedRegex(@"[Pp]rocess\s+\d+")]
    private static partial Regex Process();

    [GeneratedRegex(@"kill\s+\d+")]
    private static partial Regex Kill();
}
