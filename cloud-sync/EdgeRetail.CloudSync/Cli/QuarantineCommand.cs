using System.CommandLine;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Api;
using EdgeRetail.CloudSync.Operations.Quarantine;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>quarantine list</c>, <c>show</c>, <c>void</c>, <c>replay</c> and <c>correct</c>.</summary>
static class QuarantineCommand
{
    public static Command Build(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var command = new Command("quarantine", "Entries that could not be merged: what they are, and what is done about them.");
        command.Subcommands.Add(List(line, secrets, clock));
        command.Subcommands.Add(Show(line, secrets, clock));
        command.Subcommands.Add(Void(line, secrets));
        command.Subcommands.Add(Replay(line, secrets));
        command.Subcommands.Add(Correct(line, secrets));
        return command;
    }

    static Command List(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var store = new Option<int?>("--store") { Description = "Only those of one shop." };
        var code = new Option<string?>("--code") { Description = "Only those of one cause.", HelpName = "CODE" };
        var state = new Option<string>("--state") { Description = "open, settled or all.", DefaultValueFactory = _ => QuarantineQuestion.Open };
        state.AcceptOnlyFromAmong(QuarantineQuestion.Open, QuarantineQuestion.Settled, QuarantineQuestion.All);
        var limit = new Option<int>("--limit") { Description = "How many at most, 1 to 500.", DefaultValueFactory = _ => 100 };
        var after = new Option<string?>("--after") { Description = "The next of the part before.", HelpName = "NEXT" };
        var command = new Command("list", "Show what stands in quarantine, by cause and one by one.") { store, code, state, limit, after };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            if (parsed.GetValue(limit) is < 1 or > QuarantineQuestion.LimitMax) return new Answer.Refused(new("LIMIT_OUT_OF_RANGE", $"--limit has to be between 1 and {QuarantineQuestion.LimitMax}.", "Ask for fewer, and go on with --after."), ExitCode.Usage);
            var queries = Queries(database, secrets);
            if (await queries.ListAsync(new(parsed.GetValue(store), parsed.GetValue(code), parsed.GetValue(state)!, parsed.GetValue(after), parsed.GetValue(limit)), cancellationToken) is not { } page)
                return new Answer.Refused(new("CURSOR_INVALID", "--after is none that an answer gave.", "Begin without it."), ExitCode.Usage);
            var causes = await queries.CausesAsync(parsed.GetValue(store), cancellationToken);
            return new Answer.Given(new { causes, items = page.Items, page.Next }, output => Print(output, causes, page, clock.GetUtcNow()));
        });
        return command;
    }

    static Command Show(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var entry = Entry();
        var command = new Command("show", "Show one of them, its bytes field by field as far as they decode.") { entry };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
            await Queries(database, secrets).FindAsync(parsed.GetValue(entry), cancellationToken) is { } found
                ? new Answer.Given(found, output => Print(output, found, clock.GetUtcNow()))
                : new Answer.Refused(QuarantineRoutes.NotFound(parsed.GetValue(entry))));
        return command;
    }

    static Command Void(CloudSyncCommandLine line, SecretSource secrets)
    {
        var (entry, actor, reason) = (Entry(), Actor(), Reason(required: true));
        var command = new Command("void", "It will not count. It stays as it came, with who, when and why.") { entry, actor, reason };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
            Answered(await new QuarantineSettling(database.DataSource, secrets).VoidAsync(parsed.GetValue(entry), new(parsed.GetValue(actor)!, parsed.GetValue(reason)!), cancellationToken)));
        return command;
    }

    static Command Replay(CloudSyncCommandLine line, SecretSource secrets)
    {
        var entry = new Argument<Guid?>("entry") { Description = "Its id, as the list shows it.", Arity = ArgumentArity.ZeroOrOne };
        var code = new Option<string?>("--code") { Description = "All that stand open by this cause.", HelpName = "CODE" };
        var store = new Option<int?>("--store") { Description = "With --code: only those of one shop." };
        var (actor, reason) = (Actor(), Reason(required: false));
        var command = new Command("replay", "Merge it as it is, where this version can: one, or all of a cause.") { entry, code, store, actor, reason };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var settling = new QuarantineSettling(database.DataSource, secrets);
            var request = new SettlementRequest(parsed.GetValue(actor)!, parsed.GetValue(reason) ?? "");
            switch (parsed.GetValue(entry), parsed.GetValue(code))
            {
                case ({ } one, null):
                    var outcome = await settling.ReplayAsync(one, request, cancellationToken);
                    return outcome is SettlementOutcome.AlreadySettled { First: { Kind: "replayed" } first }
                        ? new Answer.Given(new { settlement = first, already = true }, output => Terminal.WriteWrapped(output, $"Entry {first.EntryId} was replayed already, by {first.Actor}. Nothing was done.", ""))
                        : Answered(outcome);
                case (null, { } cause):
                    var report = await settling.ReplayAllAsync(cause, parsed.GetValue(store), request, cancellationToken);
                    return report.Problem is { } problem ? new Answer.Refused(problem) : new Answer.Given(report, output => Print(output, report, cause), report.Left.Count == 0 ? ExitCode.Ok : ExitCode.Refused);
                default:
                    return new Answer.Refused(new("USAGE", "Name either an entry or a cause.", "'cloud-sync quarantine replay --help' shows how it is called."), ExitCode.Usage);
            }
        });
        return command;
    }

    static Command Correct(CloudSyncCommandLine line, SecretSource secrets)
    {
        var (entry, actor, reason) = (Entry(), Actor(), Reason(required: true));
        var file = new Option<string>("--entry-file") { Description = "What counts instead: the body of 'quarantine show --json', corrected.", Required = true, HelpName = "FILE" };
        var command = new Command("correct", "Merge another entry in its place. It stays as it came.") { entry, file, actor, reason };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            string json;
            try
            {
                json = await File.ReadAllTextAsync(parsed.GetValue(file)!, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new Answer.Refused(new("FILE_UNREADABLE", $"{parsed.GetValue(file)} cannot be read: {e.Message}", "Name a file that is there."));
            }

            var (bytes, problem) = CorrectedBytes.OfJson(json);
            return problem is not null
                ? new Answer.Refused(problem)
                : Answered(await new QuarantineSettling(database.DataSource, secrets).CorrectAsync(parsed.GetValue(entry), bytes!, new(parsed.GetValue(actor)!, parsed.GetValue(reason)!), cancellationToken));
        });
        return command;
    }

    static Argument<Guid> Entry() => new("entry") { Description = "Its id, as the list shows it." };

    static Option<string> Actor() => new("--actor") { Description = "Who does this: it stands in the journal.", Required = true, HelpName = "NAME" };

    static Option<string> Reason(bool required) => new("--reason") { Description = "Why: it stands in the journal.", Required = required, HelpName = "TEXT" };

    static QuarantineQueries Queries(OpenDatabase database, SecretSource secrets) => new(database.DataSource, new(database.DataSource), new(database.DataSource, secrets));

    static Answer Answered(SettlementOutcome outcome) => outcome switch
    {
        SettlementOutcome.Settled { Settlement: var settlement } => new Answer.Given(new { settlement, already = false }, output => Terminal.WriteWrapped(
            output, $"Entry {settlement.EntryId} is {settlement.Kind}, at version {settlement.Version} of store {settlement.StoreId}. Not yet durable.", "")),
        SettlementOutcome.AlreadySettled { First: var first } => new Answer.Refused(QuarantineRoutes.AlreadySettled(first)),
        SettlementOutcome.Unmergeable unmergeable => new Answer.Refused(QuarantineRoutes.Unmergeable(unmergeable)),
        SettlementOutcome.Refused { Problem: var problem } => new Answer.Refused(problem),
        var other => throw new InvalidOperationException($"{other}"),
    };

    static void Print(TextWriter output, IReadOnlyList<QuarantineCause> causes, Page<QuarantineItem> page, DateTimeOffset now)
    {
        if (page.Items.Count == 0)
        {
            output.WriteLine("Nothing of the kind stands in quarantine.");
            return;
        }

        var summary = new TextTable("cause", "store", "open", "oldest").Figures(1, 2);
        foreach (var cause in causes) summary.Add(cause.Code, $"{cause.StoreId}", PlainWords.Count(cause.Open), PlainWords.Ago(cause.OldestAt, now));
        if (causes.Count > 0) summary.WriteTo(output);
        output.WriteLine();
        foreach (var item in page.Items)
        {
            Terminal.WriteWrapped(output, $"{item.EntryId} {item.Code}, store {item.StoreId}, {item.DeviceCode ?? $"device {item.DeviceId}"}, {item.Kind}, {PlainWords.Ago(item.ReceivedAt, now)}", "");
            if (item.Detail is { } detail) Terminal.WriteWrapped(output, detail, "  ");
            if (item.Settlement is { } settlement) Terminal.WriteWrapped(output, Words(settlement), "  ");
        }

        if (page.Next is { } next) output.WriteLine($"There are more: --after {next}");
    }

    static void Print(TextWriter output, QuarantineDetail found, DateTimeOffset now)
    {
        var entry = found.Entry;
        output.WriteLine($"Entry {entry.EntryId}");
        Terminal.WriteWrapped(output, $"{entry.Quarantine!.Code}: {entry.Quarantine.Detail}", "  ");
        Terminal.WriteWrapped(output, $"Store {entry.StoreId}, {entry.DeviceCode ?? $"device {entry.DeviceId}"}, sequence {entry.Sequence}, received {PlainWords.Ago(entry.ReceivedAt, now)} at version {entry.ReceivedAtVersion}.", "  ");
        Terminal.WriteWrapped(output, found.Settlement is { } settlement ? Words(settlement) : "Open. Next: cloud-sync quarantine replay, correct or void.", "  ");
        output.WriteLine();
        foreach (var field in found.Decoded.Fields) output.WriteLine($"{field.Offset,6}  {new string(' ', 2 * field.Depth)}{field.Name} = {field.Value}");
        Terminal.WriteWrapped(output, found.Decoded.EndedBecause is { } because ? $"Decoding ended at byte {found.Decoded.EndedAt}: {because}." : $"All {entry.SizeBytes} bytes decoded.", "");
        output.WriteLine();
        for (var at = 0; at < Math.Min(found.Hex.Length, 2048); at += 64) output.WriteLine($"{at / 2,6:x4}  {found.Hex.AsSpan(at, Math.Min(64, found.Hex.Length - at))}");
        if (found.Hex.Length > 2048) output.WriteLine($"and {(found.Hex.Length - 2048) / 2} more bytes: --json has them.");
    }

    static void Print(TextWriter output, ReplayReport report, string cause)
    {
        output.WriteLine($"{PlainWords.Count(report.Replayed, "entry", "entries")} of {cause} replayed, {report.Left.Count} left.");
        foreach (var left in report.Left.Take(20)) Terminal.WriteWrapped(output, $"{left.EntryId} {left.Code}: {left.Detail}", "  ");
    }

    static string Words(Settlement settlement) =>
        $"{char.ToUpperInvariant(settlement.Kind[0])}{settlement.Kind[1..]} by {settlement.Actor} at {settlement.At:yyyy-MM-dd HH:mm:ss}Z, version {settlement.Version}{(settlement.Reason.Length == 0 ? "" : $": {settlement.Reason}")}.{(settlement.Durable ? "" : " Not yet durable.")}";
}
