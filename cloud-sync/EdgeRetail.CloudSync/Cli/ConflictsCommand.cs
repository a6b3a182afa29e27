using System.CommandLine;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Api;
using EdgeRetail.CloudSync.Operations.Conflicts;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>conflicts list</c>, <c>show</c>, <c>resolve</c> and <c>rehearse</c>.</summary>
static class ConflictsCommand
{
    public static Command Build(CloudSyncCommandLine line, SecretSource secrets)
    {
        var command = new Command("conflicts", "Edits of products that did not know each other: what both say, what won, and what is done about it.");
        command.Subcommands.Add(List(line));
        command.Subcommands.Add(Show(line));
        command.Subcommands.Add(Resolve(line, secrets));
        command.Subcommands.Add(Rehearse(line));
        return command;
    }

    static Command List(CloudSyncCommandLine line)
    {
        var store = new Option<int?>("--store") { Description = "Only those of one shop." };
        var state = new Option<string>("--state") { Description = "open, decided, resolved, superseded or all.", DefaultValueFactory = _ => "open" };
        state.AcceptOnlyFromAmong([.. FieldNames.States, ConflictQuestion.All]);
        var product = new Option<string?>("--product") { Description = "Only those of one product.", HelpName = "CODE" };
        var field = new Option<string?>("--field") { Description = "Only those of one field: name, brand or size." };
        var device = new Option<int?>("--device") { Description = "Only those with an edit of one device; 0 is the cloud." };
        var limit = new Option<int>("--limit") { Description = "How many at most, 1 to 500.", DefaultValueFactory = _ => 100 };
        var after = new Option<string?>("--after") { Description = "The next of the part before.", HelpName = "NEXT" };
        var command = new Command("list", "Show conflicts, those that wait for a person if nothing else is said.") { store, state, product, field, device, limit, after };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            if (parsed.GetValue(limit) is < 1 or > ConflictQuestion.LimitMax) return new Answer.Refused(new("LIMIT_OUT_OF_RANGE", $"--limit has to be between 1 and {ConflictQuestion.LimitMax}.", "Ask for fewer, and go on with --after."), ExitCode.Usage);
            if (parsed.GetValue(field) is { } named && FieldNames.Field(named) is null) return new Answer.Refused(PolicyStore.FieldUnknown(named), ExitCode.Usage);
            var queries = new ConflictQueries(database.DataSource);
            var question = new ConflictQuestion(
                parsed.GetValue(store), parsed.GetValue(state)!, parsed.GetValue(product), parsed.GetValue(field), parsed.GetValue(device), parsed.GetValue(after), parsed.GetValue(limit));
            if (await queries.ListAsync(question, cancellationToken) is not { } page) return new Answer.Refused(new("CURSOR_INVALID", "--after is none that an answer gave.", "Begin without it."), ExitCode.Usage);
            var counts = await queries.CountAsync(parsed.GetValue(store), cancellationToken);
            return new Answer.Given(new { counts, items = page.Items, page.Next }, output => Print(output, counts, page));
        });
        return command;
    }

    static Command Show(CloudSyncCommandLine line)
    {
        var conflict = Conflict();
        var command = new Command("show", "Show one of them: both values with who, where, when, and the rule.") { conflict };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
            await new ConflictQueries(database.DataSource).FindAsync(parsed.GetValue(conflict), cancellationToken) is { } found
                ? new Answer.Given(new { conflict = found, found.Tag }, output => Print(output, found))
                : new Answer.Refused(ConflictResolving.NotFound(parsed.GetValue(conflict))));
        return command;
    }

    static Command Resolve(CloudSyncCommandLine line, SecretSource secrets)
    {
        var conflict = Conflict();
        var take = new Option<Guid?>("--take") { Description = "The entry id of the edit that is right.", HelpName = "ENTRY" };
        var value = new Option<string?>("--value") { Description = "Another value.", HelpName = "TEXT" };
        var catalogue = new Option<bool>("--catalogue") { Description = "The catalogue's value." };
        var tag = new Option<string?>("--if-match") { Description = "Only if it still stands as 'show --json' had it.", HelpName = "TAG" };
        var actor = new Option<string>("--actor") { Description = "Who does this: it stands in the journal.", Required = true, HelpName = "NAME" };
        var reason = new Option<string>("--reason") { Description = "Why: it stands in the journal.", Required = true, HelpName = "TEXT" };
        var command = new Command("resolve", "Decide between the edits. The shop's kiosks get it, and it settles every conflict of this field of this product.") { conflict, take, value, catalogue, tag, actor, reason };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var order = new ResolutionOrder(parsed.GetValue(actor)!, parsed.GetValue(reason)!, parsed.GetValue(take), parsed.GetValue(value), parsed.GetValue(catalogue));
            if (order.Choice is not { } choice) return new Answer.Refused(new("USAGE", "Give one of --take, --value and --catalogue.", "'cloud-sync conflicts resolve --help' shows how it is called."), ExitCode.Usage);
            return Answered(await new ConflictResolving(database.DataSource, secrets).ResolveAsync(parsed.GetValue(conflict), new(order.Actor, order.Reason, choice) { Tag = parsed.GetValue(tag) }, cancellationToken));
        });
        return command;
    }

    static Command Rehearse(CloudSyncCommandLine line)
    {
        var field = new Argument<string>("field") { Description = "name, brand or size." };
        var rule = new Argument<string>("rule") { Description = "latest-wins, cloud-wins, device-wins or manual." };
        var resurrects = new Option<bool>("--resurrects") { Description = "A value that was edited without knowing of a removal counts against it." };
        var days = new Option<int>("--days") { Description = "Conflicts with an edit that arrived within so many days.", DefaultValueFactory = _ => 30 };
        var store = new Option<int?>("--store") { Description = "Only those of one shop." };
        var command = new Command("rehearse", "Show what another policy would have made of the conflicts of some days. Nothing is changed.") { field, rule, resurrects, days, store };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var question = new RehearsalQuestion(parsed.GetValue(field)!, parsed.GetValue(rule)!, parsed.GetValue(resurrects), parsed.GetValue(days), parsed.GetValue(store));
            var (rehearsal, problem) = await new ConflictRehearsal(database.DataSource).RunAsync(question, cancellationToken);
            return problem is not null ? new Answer.Refused(problem) : new Answer.Given(rehearsal!, output => Print(output, rehearsal!));
        });
        return command;
    }

    internal static Answer Answered(ResolutionOutcome outcome) => outcome switch
    {
        ResolutionOutcome.Resolved { Resolution: var resolution } => new Answer.Given(new { resolution }, output => Terminal.WriteWrapped(
            output, $"The {resolution.Field} of {resolution.Product} in store {resolution.StoreId} is {ConflictWords.Value(resolution.Value)}, by entry {resolution.EntryId} at version {resolution.Version}. Not yet durable.", "")),
        ResolutionOutcome.AlreadySettled already => new Answer.Refused(ConflictRoutes.AlreadySettled(already.State, already.First)),
        ResolutionOutcome.TagMismatch mismatch => new Answer.Refused(ConflictRoutes.TagMismatch(mismatch.Tag)),
        ResolutionOutcome.Refused { Problem: var problem } => new Answer.Refused(problem),
        var other => throw new InvalidOperationException($"{other}"),
    };

    static Argument<Guid> Conflict() => new("conflict") { Description = "Its id, as the list shows it." };

    static void Print(TextWriter output, IReadOnlyDictionary<string, long> counts, Page<ConflictItem> page)
    {
        output.WriteLine(string.Join(", ", counts.Select(count => $"{PlainWords.Count(count.Value)} {count.Key}")));
        foreach (var item in page.Items)
        {
            output.WriteLine();
            Terminal.WriteWrapped(output, $"{item.ConflictId} {item.Field} of {item.Product}{(item.ProductName is { } name ? $", {name}" : "")}, store {item.StoreId}: {ConflictWords.State(item.State)}", "");
            Print(output, item.First);
            Print(output, item.Second);
        }

        if (page.Next is { } next) output.WriteLine($"There are more: --after {next}");
    }

    static void Print(TextWriter output, ConflictItem found)
    {
        output.WriteLine($"Conflict {found.ConflictId}");
        Terminal.WriteWrapped(output, $"{found.Field} of {found.Product}{(found.ProductName is { } name ? $", {name}" : "")}, store {found.StoreId}, {found.StoreName}", "  ");
        Print(output, found.First);
        Print(output, found.Second);
        Terminal.WriteWrapped(output, $"Rule: {ConflictWords.Rule(found.Rule)}, policy version {found.PolicyVersion}; {ConflictWords.State(found.State)}, at version {found.Version}.", "  ");
        Terminal.WriteWrapped(
            output, found.Settlement is { } settlement
                ? $"{settlement.Actor} made it {ConflictWords.Value(settlement.Value)} at {PlainWords.Time(settlement.At)}{(settlement.Reason is null ? "" : $": {settlement.Reason}")}, by entry {settlement.EntryId}."
                : $"Next: cloud-sync conflicts resolve {found.ConflictId} --take ENTRY --actor NAME --reason TEXT.", "  ");
    }

    static void Print(TextWriter output, ConflictSide side) => Terminal.WriteWrapped(
        output, $"{ConflictWords.Value(side.Value)} by {(side.Actor.Length == 0 ? "nobody named" : side.Actor)} on {ConflictWords.Where(side)}, {PlainWords.Time(side.At)}, entry {side.EntryId}{(side.Won ? ", won" : "")}", "  ");

    static void Print(TextWriter output, Rehearsal rehearsal)
    {
        var question = rehearsal.Question;
        Terminal.WriteWrapped(
            output, $"Where {ConflictWords.Rule(question.Rule)}, {PlainWords.Count(rehearsal.Differences.Count, "conflict", "conflicts")} of {PlainWords.Count(rehearsal.Conflicts)} would have been decided otherwise, and {PlainWords.Count(rehearsal.ValuesThatChange, "value", "values")} would be another today. {PlainWords.Count(rehearsal.Open)} were left to a person, {PlainWords.Count(rehearsal.WouldBeOpen)} would have been. Nothing was changed.", "");
        foreach (var difference in rehearsal.Differences.Take(50))
        {
            output.WriteLine();
            Terminal.WriteWrapped(output, $"{difference.ConflictId} {difference.Field} of {difference.Product}, store {difference.StoreId}", "");
            Terminal.WriteWrapped(output, $"{(difference.Won is null ? "left to a person" : ConflictWords.Value(difference.WonValue))} → {(difference.WouldWin is null ? "left to a person" : ConflictWords.Value(difference.WouldWinValue))}; shown {ConflictWords.Value(difference.Shown)} → {ConflictWords.Value(difference.WouldShow)}", "  ");
        }

        if (rehearsal.Differences.Count > 50) output.WriteLine($"and {rehearsal.Differences.Count - 50} more: --json has them.");
    }
}
