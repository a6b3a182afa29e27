using System.CommandLine;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>cash</c>.</summary>
static class CashCommand
{
    public static Command Build(CommandLine line)
    {
        var movement = new Argument<string>("MOVEMENT") { Description = "float (change put in), in, out, or drop (to the safe)." };
        movement.AcceptOnlyFromAmong("float", "in", "out", "drop");
        var amount = new Argument<string>("AMOUNT") { Description = "How much, such as 200 or 450.50." };
        var note = new Option<string>("--note") { Description = "What for.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("cash", "Record cash that goes into or out of the drawer without a sale.") { movement, amount, note, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var currency = Currency.Parse((await device.StatusAsync(cancellationToken)).Currency);
            var request = new CashRequest(
                line.ActorOf(parsed, actor), parsed.GetValue(movement)!, LineText.Price(parsed.GetValue(amount)!, currency), parsed.GetValue(note)!, line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }
}
