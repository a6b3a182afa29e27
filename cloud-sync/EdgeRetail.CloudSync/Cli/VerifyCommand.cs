using System.CommandLine;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Checks;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>verify</c>: the protocol's invariants, as far as the database alone can show them.</summary>
static class VerifyCommand
{
    public static Command Build(CloudSyncCommandLine line, TimeProvider clock)
    {
        var store = new Option<int?>("--store") { Description = "Only what concerns one shop." };
        var command = new Command("verify", "Check the invariants of the protocol that the database alone can show. Exit code 1 where one is broken.") { store };
        line.Answers(command, async (parsed, database, terminal, cancellationToken) =>
        {
            if (await StoreArgument.ProblemAsync(parsed.GetValue(store), database, cancellationToken) is { } problem) return new Answer.Refused(problem);
            var began = clock.GetTimestamp();
            var result = await new Verification(database.DataSource).RunAsync(parsed.GetValue(store), terminal.Progress, cancellationToken);
            var took = clock.GetElapsedTime(began);
            return new Answer.Given(
                new { holds = !result.IsBroken, result.Stores, result.Entries, seconds = Math.Round(took.TotalSeconds, 3), result.Invariants },
                output => Print(output, result, took),
                result.IsBroken ? ExitCode.Refused : ExitCode.Ok);
        });
        return command;
    }

    static void Print(TextWriter output, VerificationResult result, TimeSpan took)
    {
        var table = new TextTable("id", "", "invariant");
        foreach (var invariant in result.Invariants) table.Add(invariant.Id, StateWords(invariant.State), invariant.Title);
        table.WriteTo(output);
        foreach (var invariant in result.Invariants.Where(invariant => invariant.State == InvariantState.Broken))
        {
            output.WriteLine();
            output.WriteLine($"{invariant.Id} is broken {PlainWords.Count(invariant.ViolationCount, "time", "times")}:");
            foreach (var violation in invariant.Violations) Terminal.WriteWrapped(output, $"- {violation}", "  ");
            if (invariant.ViolationCount > invariant.Violations.Count) output.WriteLine($"  … and {PlainWords.Count(invariant.ViolationCount - invariant.Violations.Count)} more");
        }

        output.WriteLine();
        output.WriteLine($"{PlainWords.Count(result.Entries, "entry", "entries")} of {PlainWords.Count(result.Stores, "store", "stores")} in {took.TotalSeconds:0.0} s. {(result.IsBroken ? "Broken." : "All that can be checked holds.")}");
        if (result.Invariants.Any(invariant => invariant is { Id: Invariants.StockIsTheFold or Invariants.CountsHold or Invariants.GapFreeFeeds, State: InvariantState.Broken }))
            output.WriteLine("Next: cloud-sync rebuild --write makes stock, effects and feeds anew from the journal.");
    }

    static string StateWords(InvariantState state) => state switch
    {
        InvariantState.Holds => "holds",
        InvariantState.Broken => "BROKEN",
        InvariantState.NotYet => "not yet",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
