using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>explain</c>.</summary>
static class ExplainCommand
{
    public static Command Build(CommandLine line)
    {
        var product = new Argument<string>("CODE") { Description = "The product." };
        var command = new Command("explain", "Say what a stock figure is made of: what the cloud last said, and what this device did since.") { product };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var zone = (await device.StatusAsync(cancellationToken)).TimeZone;
            return Answer.Of(await device.ExplainAsync(parsed.GetValue(product)!, cancellationToken), ApiJson.Default.ExplainResponse, (output, shown) => Print(output, shown, zone));
        });
        return command;
    }

    static void Print(TextWriter output, ExplainResponse explanation, string zone)
    {
        var table = new TextTable("", "what", "when").Figures(0);
        table.Add(PlainText.Quantity(explanation.CloudThousandths, explanation.Unit), "the cloud's figure", explanation.AsOf is null ? "not heard of yet" : PlainText.Time(explanation.AsOf, zone));
        foreach (var entry in explanation.Pending)
            table.Add(PlainText.Signed(entry.AdjustmentThousandths), Words(entry, explanation.Unit), PlainText.Time(entry.RecordedAt, zone));
        var told = explanation.Pending.Sum(entry => entry.AdjustmentThousandths);
        if (explanation.PendingCount > explanation.Pending.Count)
            table.Add(PlainText.Signed(explanation.PendingThousandths - told), $"{explanation.PendingCount - explanation.Pending.Count} more of this device", "");
        table.Add(PlainText.Quantity(explanation.OnHandThousandths, explanation.Unit), "on hand, as shown", "");
        table.WriteTo(output);
        output.WriteLine();
        Terminal.WriteWrapped(
            output,
            $"{explanation.Display}{(explanation.Name.Length > 0 ? $", {explanation.Name}," : "")} in store {explanation.StoreId}. What the cloud's figure is made of: cloud-sync explain --store {explanation.StoreId} --product {explanation.Display}",
            "");
    }

    static string Words(PendingEntryView entry, string unit) => entry.Kind switch
    {
        "saleRecorded" => "sold here",
        "saleVoided" => "sale taken back here",
        "refundRecorded" => "came back here",
        "goodsReceived" => "received here",
        "stockOpened" => "first stock, here",
        "stockAdjusted" => "put right here",
        "stockWasted" => "wasted here",
        "stockCounted" => $"counted here: {PlainText.Quantity(entry.CountedThousandths ?? 0, unit)}",
        _ => "recorded here",
    };
}
