using System.CommandLine;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Exceptions;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>exceptions</c>: what a person should look at.</summary>
static class ExceptionsCommand
{
    public static Command Build(CloudSyncCommandLine line, TimeProvider clock)
    {
        var store = new Option<int?>("--store") { Description = "Only those of one shop." };
        var code = new Option<string?>("--code") { Description = "Only those of one code.", HelpName = "CODE" };
        code.AcceptOnlyFromAmong([.. ExceptionCode.All]);
        var state = new Option<string>("--state") { Description = "open, closed or all.", DefaultValueFactory = _ => ExceptionQuestion.Open };
        state.AcceptOnlyFromAmong(ExceptionQuestion.Open, ExceptionQuestion.Closed, ExceptionQuestion.All);
        var limit = new Option<int>("--limit") { Description = "How many at most, 1 to 500.", DefaultValueFactory = _ => 100 };
        var after = new Option<string?>("--after") { Description = "The next of the part before.", HelpName = "NEXT" };
        var command = new Command("exceptions", "What a person should look at: below zero, unknown products, repeated receipts, refunds that do not fit, doubtful clocks.") { store, code, state, limit, after };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            if (parsed.GetValue(limit) is < 1 or > ExceptionQuestion.LimitMax) return new Answer.Refused(new("LIMIT_OUT_OF_RANGE", $"--limit has to be between 1 and {ExceptionQuestion.LimitMax}.", "Ask for fewer, and go on with --after."), ExitCode.Usage);
            var queries = new ExceptionQueries(database.DataSource);
            if (await queries.ListAsync(new(parsed.GetValue(store), parsed.GetValue(code), parsed.GetValue(state)!, parsed.GetValue(after), parsed.GetValue(limit)), cancellationToken) is not { } page)
                return new Answer.Refused(new("CURSOR_INVALID", "--after is none that an answer gave.", "Begin without it."), ExitCode.Usage);
            var counts = await queries.CountsAsync(parsed.GetValue(store), cancellationToken);
            return new Answer.Given(new { counts, items = page.Items, page.Next }, output => Print(output, counts, page, clock.GetUtcNow()));
        });
        return command;
    }

    static void Print(TextWriter output, IReadOnlyList<ExceptionCount> counts, Page<ExceptionItem> page, DateTimeOffset now)
    {
        if (page.Items.Count == 0)
        {
            output.WriteLine("Nothing of the kind is there.");
            return;
        }

        if (counts.Count > 0)
        {
            var summary = new TextTable("code", "store", "open", "oldest").Figures(1, 2);
            foreach (var count in counts) summary.Add(count.Code, $"{count.StoreId}", PlainWords.Count(count.Open), PlainWords.Ago(count.OldestAt, now));
            summary.WriteTo(output);
            output.WriteLine();
        }

        foreach (var item in page.Items)
        {
            Terminal.WriteWrapped(output, $"{item.Code} {item.Subject}{(item.ProductName is { } name ? $" ({name})" : "")}, store {item.StoreId}, {PlainWords.Ago(item.RaisedAt, now)}", "");
            Terminal.WriteWrapped(output, $"{item.Detail} Entry {item.EntryId} of {item.DeviceCode ?? "the cloud"}.", "  ");
            Terminal.WriteWrapped(
                output,
                item.Closure is { } closure ? $"Closed {PlainWords.Ago(closure.At, now)} by {(closure.EntryId is { } entry ? $"entry {entry} at version {closure.Version}" : "the catalogue")}." : $"Next: {ExceptionWords.NextStep(item.Code)}",
                "  ");
        }

        if (page.Next is { } next) output.WriteLine($"There are more: --after {next}");
    }
}
