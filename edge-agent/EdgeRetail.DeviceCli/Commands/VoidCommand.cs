using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>void</c>.</summary>
static class VoidCommand
{
    public static Command Build(CommandLine line)
    {
        var receipt = new Argument<string>("RECEIPT") { Description = "The receipt of the sale, as printed." };
        var reason = new Option<string>("--reason") { Description = "Why.", HelpName = "TEXT", Required = true };
        var approver = new Option<string>("--approver") { Description = "Who agreed, where somebody has to.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("void", "Take a whole sale of this kiosk back: its goods and its money.") { receipt, reason, approver, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var request = new VoidRequest(line.ActorOf(parsed, actor), parsed.GetValue(receipt)!, parsed.GetValue(reason)!, parsed.GetValue(approver)!, line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }
}
