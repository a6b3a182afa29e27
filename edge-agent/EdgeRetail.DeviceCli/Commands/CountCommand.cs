using System.CommandLine;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>count</c>.</summary>
static class CountCommand
{
    public static Command Build(CommandLine line)
    {
        var lines = new Argument<string[]>("LINE") { Description = "CODE*QTY, such as 4006381333931*12; lines of one product sum.", Arity = ArgumentArity.OneOrMore };
        var sheet = new Option<Guid?>("--sheet") { Description = "The sheet that the count belongs to: a UUID, the same for all counts of a stocktake.", HelpName = "UUID" };
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("count", "Say what was counted: from there on, stock is that and what moves.") { lines, sheet, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var request = new CountRequest(line.ActorOf(parsed, actor), [.. parsed.GetValue(lines)!.Select(Line)], parsed.GetValue(sheet), line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }

    static StockLineRequest Line(string text)
    {
        var parsed = LineText.Parse(text, default);
        return parsed is { UnitPriceMinor: null, Discount: null } && text.Contains('*', StringComparison.Ordinal)
            ? new(parsed.Product, parsed.QuantityThousandths)
            : throw CommandFailure.Usage("LINE_INVALID", $"'{text}' does not say how many there were.", "Write the line as CODE*QTY, such as 4006381333931*12, or *0 where none was left.");
    }
}
