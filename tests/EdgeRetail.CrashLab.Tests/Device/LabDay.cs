using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Device;

/// <summary>What happens on a device of the lab: a scripted day, with every command that records something.</summary>
sealed class LabDay : IDisposable
{
    const string Enrolment = """
        {"format":"edgeretail-enrolment/1","cloudAddress":"http://127.0.0.1:9","deviceId":7,"deviceCode":"T7","token":"erd_of-the-crash-lab",
         "streamId":"0192d5a0-0000-7000-8000-000000000007","receiptSeries":"1","storeId":1,"assignmentVersion":1,"storeName":"Harbour","currency":"EUR",
         "timeZone":"Europe/Berlin","dayCutOffMinutes":240,"settingsVersion":1}
        """;

    readonly TemporaryDirectory folder = TemporaryDirectory.InMemory();

    public LabDay()
    {
        File.WriteAllText(folder["enrolment.json"], Enrolment);
        File.WriteAllLines(folder["stock.csv"], Enumerable.Range(1, 40).Select(number => $"LAB-{number:D3},{number}"));
        Enrol = new("enrol", ["enrol", "--from", folder["enrolment.json"]]);
        Open = new("open", ["open", folder["stock.csv"], "--actor", "anna"]);
        Commands =
        [
            Enrol,
            Open,
            Command("sell", "LAB-001*2", "--unknown", "--description", "Tea of Ms Müller", "--price", "3.40"),
            Command("receive", "LAB-002*24", "LAB-003*12", "LAB-004*6", "--reference", "DN-1"),
            Command("adjust", "LAB-005", "-3", "--reason", "damaged"),
            Command("cash", "float", "200"),
            Command("refund", "--receipt", "T7-1-000001", "1*1"),
            Command("refund", "LAB-006@4.50", "--reason", "without receipt", "--unknown", "--description", "Honey", "--tender", "card") with { Name = "refund without receipt" },
        ];
    }

    public LabCommand Enrol { get; }

    public LabCommand Open { get; }

    /// <summary>In their order: a later one may name what an earlier one recorded.</summary>
    public IReadOnlyList<LabCommand> Commands { get; }

    public string this[string name] => folder[name];

    /// <summary>A sale of its own, for recordings that want many.</summary>
    public static LabCommand Sale(int number) => Command("sell", $"LAB-{1 + (number % 40):D3}*{1 + (number % 3)}", "--unknown", "--description", $"Sale {number}", "--price", $"{1 + (number % 7)}.{number % 10}9");

    /// <summary>The same for the local API of a running agent.</summary>
    public static object SaleBody(int number) => new
    {
        actor = "anna",
        lines = new[] { new { product = $"LAB-{1 + (number % 40):D3}", quantityThousandths = 1000L * (1 + (number % 3)), unitPriceMinor = 250L, description = $"Sale {number}", unknown = true } },
        tender = "cash",
        commandId = Guid.NewGuid(),
    };

    public void Dispose() => folder.Dispose();

    static LabCommand Command(string name, params string[] arguments) => new(name, [name, .. arguments, "--actor", "anna", "--command-id", Guid.NewGuid().ToString()]);
}
