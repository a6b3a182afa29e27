using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>trace</c>.</summary>
static class TraceCommand
{
    public static Command Build(CommandLine line)
    {
        var receipt = new Argument<string>("RECEIPT") { Description = "A receipt number of this device, or what its QR code holds." };
        var command = new Command("trace", "Follow a receipt or entry: where it stands in the ledger, and what the cloud made of it.") { receipt };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var zone = (await device.StatusAsync(cancellationToken)).TimeZone;
            return Answer.Of(await device.TraceAsync(parsed.GetValue(receipt)!, cancellationToken), ApiJson.Default.TraceResponse, (output, trace) => Print(output, trace, zone));
        });
        return command;
    }

    static void Print(TextWriter output, TraceResponse trace, string zone)
    {
        var table = trace.Receipt is { } receipt ? new TextTable(receipt.Kind, $"{receipt.Number}, {receipt.Currency} {PlainText.Amount(receipt.TotalMinor, receipt.Currency)}") : new TextTable("kind", trace.Kind);
        table.Add("entry", $"{trace.EntryId}");
        table.Add("recorded", $"{PlainText.Time(trace.RecordedAt, zone)} by {trace.Actor}, store {trace.StoreId}");
        table.Add("ledger", $"position {trace.Position}{(trace.Sequence is { } sequence ? $", sequence {sequence}" : ", sent under an earlier stream")}");
        table.Add("acknowledged", trace.Acknowledged ? trace.Durable ? "yes, and durable" : "yes, not yet durable" : "not yet: it is in the outbox");
        table.Add("stock shown", trace.Pending ? "contains it as this device's own" : "contains it through the cloud, or it moves none");
        if (trace.DispositionCode is { } code) table.Add("the cloud says", code);
        if (trace.Settled is { } settled) table.Add("settled", settled);
        if (trace.Receipt?.Voided is { } voided) table.Add("voided", $"{PlainText.Time(voided.RecordedAt, zone)} by {voided.Actor}: {voided.Reason}");
        table.WriteTo(output);
        if (trace.Receipt is not { } shown) return;
        output.WriteLine();
        var lines = new TextTable("", "product", "name", "qty", "amount").Figures(0, 3, 4);
        foreach (var item in shown.Lines) lines.Add($"{item.Line}", item.Display, item.Name, PlainText.Quantity(item.QuantityThousandths, item.Unit), PlainText.Amount(item.AmountMinor, shown.Currency));
        lines.WriteTo(output);
        output.WriteLine();
        Terminal.WriteWrapped(output, $"What it did in the cloud, and what came back elsewhere: cloud-sync trace {shown.Number}", "");
    }
}
