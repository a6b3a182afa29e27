using System.CommandLine;
using EdgeRetail.CloudSync.Operations.Conflicts;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>policy list</c> and <c>set</c>: what decides concurrent edits.</summary>
static class PolicyCommand
{
    public static Command Build(CloudSyncCommandLine line)
    {
        var command = new Command("policy", "What decides when a product was edited in several places that did not know of each other.");
        command.Subcommands.Add(List(line));
        command.Subcommands.Add(Set(line));
        return command;
    }

    static Command List(CloudSyncCommandLine line)
    {
        var command = new Command("list", "Show the policy of each field, and every one that was set.");
        line.Answers(command, async (_, database, _, cancellationToken) =>
        {
            var settings = await new PolicyStore(database.DataSource).ReadAsync(cancellationToken);
            return new Answer.Given(settings, output => Print(output, settings));
        });
        return command;
    }

    static Command Set(CloudSyncCommandLine line)
    {
        var field = new Argument<string>("field") { Description = "name, brand or size." };
        var rule = new Argument<string>("rule") { Description = "latest-wins, cloud-wins, device-wins or manual." };
        var resurrects = new Option<bool>("--resurrects") { Description = "A value that was edited without knowing of a removal counts against it. Without this the removal stands." };
        var actor = new Option<string>("--actor") { Description = "Who does this.", Required = true, HelpName = "NAME" };
        var reason = new Option<string>("--reason") { Description = "Why: it stands beside the policy.", Required = true, HelpName = "TEXT" };
        var command = new Command("set", "Set the policy of a field, for what is merged from now on. 'conflicts rehearse' shows before what it would change.") { field, rule, resurrects, actor, reason };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var order = new PolicyOrder(parsed.GetValue(actor)!, parsed.GetValue(rule)!, parsed.GetValue(reason)!, parsed.GetValue(resurrects));
            return await new PolicyStore(database.DataSource).SetAsync(parsed.GetValue(field)!, order, null, cancellationToken) switch
            {
                PolicyOutcome.Set set => new Answer.Given(new { policy = set.Policy, set.Already }, output => Terminal.WriteWrapped(
                    output, $"For {set.Policy.Field}, {ConflictWords.Rule(set.Policy.Rule)}{(set.Already ? "; it did before" : $" from now on, version {set.Policy.Version}")}.", "")),
                PolicyOutcome.Refused { Problem: var problem } => new Answer.Refused(problem),
                var other => throw new InvalidOperationException($"{other}"),
            };
        });
        return command;
    }

    static void Print(TextWriter output, PolicySettings settings)
    {
        var table = new TextTable("field", "rule", "after a removal", "version", "set by").Figures(3);
        foreach (var policy in settings.Fields)
            table.Add(policy.Field, policy.Rule, policy.Resurrects ? "a stale edit counts" : "a stale edit does not count", $"{policy.Version}", policy.Version == 0 ? "nobody yet" : $"{policy.Actor}: {policy.Reason}");
        table.WriteTo(output);
        if (settings.History.Count == 0) return;
        output.WriteLine();
        foreach (var policy in settings.History)
            Terminal.WriteWrapped(output, $"{policy.Version}: {policy.Field} {policy.Rule}{(policy.Resurrects ? ", resurrects" : "")}, {policy.SetAt:yyyy-MM-dd HH:mm:ss}Z by {policy.Actor}: {policy.Reason}", "");
    }
}
