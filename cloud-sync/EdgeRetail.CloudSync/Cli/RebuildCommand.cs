using System.CommandLine;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Checks;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>rebuild</c>: the read models from the journal.</summary>
static class RebuildCommand
{
    public static Command Build(CloudSyncCommandLine line, TimeProvider clock)
    {
        var store = new Option<int?>("--store") { Description = "Only one shop." };
        var write = new Option<bool>("--write") { Description = "Replace what differs, one transaction per shop; its devices wait meanwhile." };
        var command = new Command("rebuild", "Make stock, effects and feeds anew from the journal and compare them with the tables. Exit code 1 where they differ and are not replaced.") { store, write };
        line.Answers(command, async (parsed, database, terminal, cancellationToken) =>
        {
            if (await StoreArgument.ProblemAsync(parsed.GetValue(store), database, cancellationToken) is { } problem) return new Answer.Refused(problem);
            var began = clock.GetTimestamp();
            var reports = await new Rebuild(database.DataSource, clock).RunAsync(parsed.GetValue(store), parsed.GetValue(write), terminal.Progress, cancellationToken);
            var took = clock.GetElapsedTime(began);
            var equal = reports.All(report => report.Differences == 0);
            return new Answer.Given(
                new { equal, written = reports.Any(report => report.Written), seconds = Math.Round(took.TotalSeconds, 3), stores = reports },
                output => Print(output, reports, took),
                reports.All(report => report.Differences == 0 || report.Written) ? ExitCode.Ok : ExitCode.Refused);
        });
        return command;
    }

    static void Print(TextWriter output, IReadOnlyList<StoreRebuildReport> reports, TimeSpan took)
    {
        var table = new TextTable("store", "name", "version", "entries", "effects", "products", "result").Figures(0, 2, 3, 4, 5);
        foreach (var report in reports)
        {
            table.Add(
                $"{report.StoreId}", report.Name, PlainWords.Count(report.Version), PlainWords.Count(report.Entries), PlainWords.Count(report.Effects), PlainWords.Count(report.Products),
                report.Written ? "replaced" : report.Differences == 0 ? "equal" : "DIFFERS");
        }

        table.WriteTo(output);
        foreach (var report in reports.Where(report => report.Differences > 0))
        {
            output.WriteLine();
            output.WriteLine($"Store {report.StoreId} {(report.Written ? "differed" : "differs")} {PlainWords.Count(report.Differences, "time", "times")}:");
            foreach (var difference in report.FirstDifferences) Terminal.WriteWrapped(output, $"- {difference}", "  ");
        }

        output.WriteLine();
        output.WriteLine($"Rebuilt {PlainWords.Count(reports.Sum(report => report.Entries), "entry", "entries")} in {took.TotalSeconds:0.0} s.");
        if (reports.Any(report => report is { Differences: > 0, Written: false })) output.WriteLine("Next: look into what wrote there, then cloud-sync rebuild --write replaces it.");
    }
}
