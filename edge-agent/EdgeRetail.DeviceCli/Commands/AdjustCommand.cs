using System.CommandLine;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>adjust</c>.</summary>
static class AdjustCommand
{
    public static Command Build(CommandLine line)
    {
        var product = new Argument<string>("CODE") { Description = "The product." };
        var delta = new Argument<string>("DELTA") { Description = "By how much, such as -3 or +0.5." };
        var reason = new Option<string>("--reason") { Description = "found, lost, damaged, correction or other.", HelpName = "REASON", Required = true };
        reason.AcceptOnlyFromAmong("found", "lost", "damaged", "correction", "other");
        var note = new Option<string>("--note") { Description = "What happened.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("adjust", "Put a stock figure right, by a difference and with a reason.") { product, delta, reason, note, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var request = new AdjustmentRequest(
                line.ActorOf(parsed, actor), parsed.GetValue(product)!, LineText.Quantity(parsed.GetValue(delta)!), parsed.GetValue(reason)!, parsed.GetValue(note)!, null, line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }
}
