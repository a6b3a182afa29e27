using System.Text.Json;
using EdgeRetail.Checker;
using EdgeRetail.Demo.Sales;

namespace EdgeRetail.Demo.Outcome;

/// <summary>The run in one line of JSON. Quantities are in thousandths, values in minor units of the currency.</summary>
sealed record DemoSummary(CheckReport Report, SalesFile File, ReceiptComparison Receipts)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Everything that is checked was observed and holds, nothing is lost or doubled, every line accounted for, every receipt equal.</summary>
    public bool IsGood =>
        Report.Invariants.All(invariant => invariant.NotYet || invariant.Holds == true) && Report.Figures is { Lost: 0, Duplicated: 0 } && Report.Figures.EntriesRecorded == Report.Figures.EntriesInJournal
        && File.LinesInFile == File.LinesTaken + File.Listed.Count
        && Receipts.Compared > 0 && Receipts.Compared == Receipts.Equal && Receipts.QuantityInFile == Receipts.QuantityInPostgres && Receipts.ValueInFile == Receipts.ValueInPostgres;

    /// <summary>The last line of a run in which nothing was judged: it has no figures, so none can be taken for good ones.</summary>
    public static string BrokenOff(string code, string message) => JsonSerializer.Serialize(new { Code = code, Message = message, Invariants = Array.Empty<object>() }, Options);

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Report.Figures.EntriesRecorded,
            Report.Figures.EntriesInJournal,
            Report.Figures.Lost,
            Report.Figures.Duplicated,
            File.LinesInFile,
            File.LinesTaken,
            LinesListed = File.Listed.Count,
            ReceiptsCompared = Receipts.Compared,
            ReceiptsEqual = Receipts.Equal,
            Receipts.QuantityInFile,
            Receipts.QuantityInPostgres,
            Receipts.ValueInFile,
            Receipts.ValueInPostgres,
            Invariants = Report.Invariants.Select(invariant => new { invariant.Id, invariant.Holds }),
        },
        Options);
}
