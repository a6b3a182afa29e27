using System.CommandLine;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Api;
using EdgeRetail.CloudSync.Operations.Exceptions;
using EdgeRetail.CloudSync.Operations.Receipts;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>trace</c>: a receipt, from its number to all that it came to.</summary>
static class ReceiptCommand
{
    public static Command Build(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var receipt = new Argument<string>("receipt") { Description = "Its number as printed, or what its QR code holds." };
        var command = new Command("trace", "Follow a receipt: from which device, when it came, what it did, what came back, what there is to look at.") { receipt };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var source = database.DataSource;
            var asked = parsed.GetValue(receipt)!;
            return await new ReceiptQueries(source, new(source), new(source), new QuarantineSettling(source, secrets)).TraceAsync(asked, cancellationToken) switch
            {
                null => new Answer.Refused(ReceiptRoutes.ReceiptInvalid(asked), ExitCode.Usage),
                { Matches.Count: 0 } none => new Answer.Refused(ReceiptRoutes.ReceiptNotFound(none.Asked)),
                var trace => new Answer.Given(trace, output => Print(output, trace, clock.GetUtcNow())),
            };
        });
        return command;
    }

    static void Print(TextWriter output, ReceiptTrace trace, DateTimeOffset now)
    {
        if (trace.Matches.Count > 1) Terminal.WriteWrapped(output, $"{trace.Asked} stands on {trace.Matches.Count} entries.", "");
        foreach (var match in trace.Matches) Print(output, match, now);
    }

    static void Print(TextWriter output, ReceiptMatch match, DateTimeOffset now)
    {
        var entry = match.Entry;
        var facts = new TextTable(EntryWords.Kind(entry.Kind).ToLowerInvariant(), $"{entry.Content?.Receipt}{(entry.Content?.Total is { } total ? $", {total}" : "")}");
        facts.Add("from", $"{entry.DeviceCode ?? $"device {entry.DeviceId}"}, store {entry.StoreId}, {entry.StoreName}");
        facts.Add("entry", $"{entry.EntryId}");
        facts.Add("counts as of", $"{PlainWords.Time(entry.EffectiveTime)}, {EntryWords.TimeSource(entry.EffectiveTimeSource)}");
        facts.Add("received", $"{PlainWords.Time(entry.ReceivedAt)}, sequence {PlainWords.Count(entry.Sequence)}");
        facts.Add("acknowledged", match.Acknowledged ? match.Durable ? "yes, and durable" : "yes, not yet durable" : "not yet");
        facts.Add("merged", entry.MergedAtVersion is { } version ? $"at version {PlainWords.Count(version)}" : "no");
        facts.WriteTo(output);
        if (entry.Quarantine is { } quarantine) Terminal.WriteWrapped(output, $"{quarantine.Code}: {quarantine.Detail}", "  ");
        if (match.Settlement is { } settlement) Terminal.WriteWrapped(output, $"{settlement.Kind} by {settlement.Actor} at version {settlement.Version}{(settlement.Reason.Length == 0 ? "" : $": {settlement.Reason}")}", "  ");
        if (entry.Content?.Lines is { Count: > 0 } lines)
        {
            output.WriteLine();
            var table = new TextTable("line", "product", "quantity", "amount").Figures(0, 2, 3);
            foreach (var each in lines) table.Add($"{each.Number}", $"{each.Description ?? each.Name ?? each.Code}", $"{PlainWords.Quantity(each.Quantity)}{(each.Unit == "each" ? "" : $" {each.Unit}")}", $"{each.Amount}");
            table.WriteTo(output);
        }

        output.WriteLine();
        foreach (var effect in entry.Effects.Where(effect => effect.Product is not null))
            Terminal.WriteWrapped(output, $"{effect.Name ?? effect.Code}: on hand {(effect.Delta > 0 ? "+" : "")}{PlainWords.Quantity(effect.Delta)} to {(effect.OnHand is { } onHand ? PlainWords.Quantity(onHand) : "?")}, version {PlainWords.Count(effect.Version)}", "  ");
        foreach (var back in match.Returns)
            Terminal.WriteWrapped(output, $"Came back: {PlainWords.Quantity(back.Quantity)} of line {back.LineNumber}, {EntryWords.Kind(back.Kind).ToLowerInvariant()} {back.Receipt ?? $"{back.EntryId}"} on {back.DeviceCode ?? "?"} at {PlainWords.Time(back.EffectiveTime)}", "  ");
        foreach (var exception in match.Exceptions)
            Terminal.WriteWrapped(output, $"{exception.Code}, {(exception.Closure is null ? "open" : "closed")} since {PlainWords.Ago(exception.Closure?.At ?? exception.RaisedAt, now)}: {exception.Detail}{(exception.Closure is null ? $" Next: {ExceptionWords.NextStep(exception.Code)}" : "")}", "  ");
    }
}
