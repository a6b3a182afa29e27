using System.CommandLine;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>receive</c>.</summary>
static class ReceiveCommand
{
    public static Command Build(CommandLine line)
    {
        var lines = new Argument<string[]>("LINE") { Description = "CODE[*QTY], such as 4006381333931*24.", Arity = ArgumentArity.OneOrMore };
        var reference = new Option<string>("--reference") { Description = "The delivery note.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("receive", "Record a delivery.") { lines, reference, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var request = new GoodsReceivedRequest(line.ActorOf(parsed, actor), parsed.GetValue(reference)!, [.. parsed.GetValue(lines)!.Select(Line)], line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }

    static StockLineRequest Line(string text)
    {
        var parsed = LineText.Parse(text, default);
        return parsed is { UnitPriceMinor: null, Discount: null }
            ? new(parsed.Product, parsed.QuantityThousandths)
            : throw CommandFailure.Usage("LINE_INVALID", $"'{text}' has a price; a delivery has none.", "Write the line as CODE*QTY.");
    }
}
