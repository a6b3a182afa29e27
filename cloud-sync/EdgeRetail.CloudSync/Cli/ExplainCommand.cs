using System.CommandLine;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>explain</c>: what a stock figure is made of.</summary>
static class ExplainCommand
{
    public static Command Build(CloudSyncCommandLine line)
    {
        var store = new Option<int>("--store") { Description = "The shop.", Required = true };
        var product = new Option<string>("--product") { Description = "GTIN or internal code.", Required = true, HelpName = "CODE" };
        var command = new Command("explain", "Say why a product's on hand is what it is: the count, what moved after it, what came late, what may be missing.") { store, product };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var storeId = parsed.GetValue(store);
            var explanation = await new ExplainQueries(database.DataSource, new StockQueries(database.DataSource)).ReadAsync(storeId, parsed.GetValue(product)!, cancellationToken);
            return explanation is null ? new Answer.Refused(DeviceRegistry.StoreNotFound(storeId)) : new Answer.Given(explanation, output => Print(output, explanation));
        });
        return command;
    }

    static void Print(TextWriter output, StockExplanation explanation)
    {
        Terminal.WriteWrapped(output, $"{explanation.Code}{(explanation.Name is { } name ? $", {name}," : "")} in store {explanation.StoreId}, {explanation.StoreName}: {PlainWords.Quantity(explanation.OnHand)} {explanation.Unit} on hand as of {PlainWords.Time(explanation.AsOf)} (version {PlainWords.Count(explanation.Version)}).", "");
        output.WriteLine();
        var sum = new TextTable("", "what").Figures(0);
        if (explanation.Count is { } count)
        {
            sum.Add(PlainWords.Quantity(count.Counted), $"counted on {count.DeviceCode ?? $"device {count.DeviceId}"} at {PlainWords.Time(count.CountedAt)}");
            sum.Add(PlainWords.Quantity(explanation.MovedBeforeItsArrival), "moved after that, and had arrived before the count");
            sum.Add(PlainWords.Quantity(explanation.MovedSince), "moved after that, and arrived since");
        }
        else
        {
            sum.Add("0", "to begin with: it was never counted");
            sum.Add(PlainWords.Quantity(explanation.MovedSince), "moved since");
        }

        sum.Add(PlainWords.Quantity(explanation.OnHand), "on hand");
        sum.WriteTo(output);
        output.WriteLine();
        PrintEntries(output, explanation);
        PrintMissing(output, explanation);
    }

    static void PrintEntries(TextWriter output, StockExplanation explanation)
    {
        if (explanation.Entries.Count == 0)
        {
            output.WriteLine("No entry of this store names it. If there should be one, check the code.");
            return;
        }

        var table = new TextTable("happened", "device", "what", "said", "effect", "on hand", "").Figures(3, 4, 5);
        foreach (var entry in explanation.Entries)
        {
            table.Add(
                PlainWords.Time(entry.EffectiveAt), entry.DeviceCode ?? $"{entry.DeviceId}", EntryWords.Kind(entry.Kind), PlainWords.Quantity(entry.Counted ?? entry.Moved ?? 0), PlainWords.Quantity(entry.Effect),
                PlainWords.Quantity(entry.OnHand), entry.IsLate ? "late" : "");
        }

        table.WriteTo(output);
        if (explanation.HasEarlier) output.WriteLine($"The latest {explanation.Entries.Count}; there are earlier ones.");
        if (explanation.Entries.Any(entry => entry.IsLate)) output.WriteLine("late: from before the count, and arrived after it; whoever counted had seen it.");
    }

    static void PrintMissing(TextWriter output, StockExplanation explanation)
    {
        output.WriteLine();
        if (explanation.Quarantined.Count > 0)
        {
            output.WriteLine($"In quarantine, and in no figure: {PlainWords.Count(explanation.Quarantined.Count, "entry", "entries")}.");
            foreach (var entry in explanation.Quarantined.Take(20)) output.WriteLine($"  {entry.EntryId}  {entry.DeviceCode}  {entry.Code}{(entry.IsReadable ? "" : "  (cannot be read)")}");
        }

        if (explanation.DevicesNotHeardFrom.Count == 0) output.WriteLine("Every device of the store was heard from, and has nothing left to send.");
        foreach (var device in explanation.DevicesNotHeardFrom)
            Terminal.WriteWrapped(output, $"Not in it yet: what {device.DeviceCode} has to send{(device.OutboxCount > 0 ? $", {PlainWords.Count(device.OutboxCount, "entry", "entries")} that it told of" : "")}; last heard {PlainWords.Ago(device.LastHeardAt, explanation.AsOf)}.", "  ");
    }
}
