using System.CommandLine;
using EdgeRetail.Checker;
using EdgeRetail.Checker.History;
using EdgeRetail.Checker.Reporting;

var ledgers = new Option<string[]>("--ledger", "-l") { Description = "A device's data directory, the one that holds ledger.db. May be named several times.", AllowMultipleArgumentsPerToken = true };
var database = new Option<string?>("--database") { Description = "Connection string of the cloud's PostgreSQL; without it the environment variable EDGERETAIL_DATABASE." };
var databaseFile = new Option<string?>("--database-file") { Description = "A file that holds the connection string, so that no password stands in the arguments." };
var history = new Option<string?>("--history") { Description = "What was confirmed, acknowledged and broken meanwhile: a file of JSON lines." };
var rest = new Option<bool>("--at-rest") { Description = "The run is over and every outbox had its time: an entry that is not in the journal is lost." };
var rows = new Option<int>("--rows") { Description = "How many offending rows to show of each invariant.", DefaultValueFactory = _ => 20 };
var json = new Option<bool>("--json") { Description = "One JSON document instead of the table." };
var command = new RootCommand("Verifies EdgeRetail's invariants from the databases themselves. Exit code 0: what was observed holds; 1: something is broken; 2: no verdict.")
{
    ledgers, database, databaseFile, history, rest, rows, json,
};

command.SetAction(async (arguments, cancellationToken) =>
{
    try
    {
        var connectionString = arguments.GetValue(databaseFile) is { } file ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : arguments.GetValue(database) ?? Environment.GetEnvironmentVariable("EDGERETAIL_DATABASE");
        var directories = arguments.GetValue(ledgers) ?? [];
        if (directories.Length == 0 && connectionString is null) throw new CheckInputException("NOTHING_TO_CHECK", "Name a ledger (--ledger DIR), a database (--database), or both.");
        var report = await Check.RunAsync(
            new(directories, connectionString)
            {
                History = arguments.GetValue(history) is { } path ? RunHistory.Read(path) : null,
                Quiescent = arguments.GetValue(rest),
                OffendersMax = arguments.GetValue(rows),
            },
            cancellationToken);
        if (arguments.GetValue(json)) Console.WriteLine(ReportJson.Write(report));
        else ReportTable.Write(report, Console.Out);
        return report.Holds ? 0 : 1;
    }
    catch (Exception e) when (e is CheckInputException or IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"{(e as CheckInputException)?.Code ?? "FILE_UNREADABLE"}: {e.Message}");
        return 2;
    }
});

var parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    return 2;
}

return await parsed.InvokeAsync();
