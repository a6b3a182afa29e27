using System.CommandLine;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>waste</c>.</summary>
static class WasteCommand
{
    public static Command Build(CommandLine line)
    {
        var product = new Argument<string>("CODE") { Description = "The product." };
        var quantity = new Argument<string>("QTY") { Description = "How much, such as 3 or 0.5." };
        var reason = new Option<string>("--reason") { Description = "expired, damaged, theft, own-use or other.", HelpName = "REASON", Required = true };
        reason.AcceptOnlyFromAmong("expired", "damaged", "theft", "own-use", "other");
        var note = new Option<string>("--note") { Description = "What happened.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("waste", "Take goods off the stock that nobody paid for.") { product, quantity, reason, note, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var request = new WasteRequest(
                line.ActorOf(parsed, actor), parsed.GetValue(product)!, LineText.Quantity(parsed.GetValue(quantity)!), parsed.GetValue(reason)!, parsed.GetValue(note)!, null, line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }
}
