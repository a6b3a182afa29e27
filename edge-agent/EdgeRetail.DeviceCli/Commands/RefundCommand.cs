using System.CommandLine;
using System.Globalization;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Devices;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>refund</c>: lines of a receipt, or goods without one.</summary>
static class RefundCommand
{
    public static Command Build(CommandLine line)
    {
        var lines = new Argument<string[]>("LINE") { Description = "With --receipt: line number[*QTY]. Without: CODE[*QTY][@PRICE].", Arity = ArgumentArity.OneOrMore };
        var receipt = new Option<string?>("--receipt") { Description = "The receipt that the goods were sold on, as printed.", HelpName = "NUMBER" };
        var reason = new Option<string>("--reason") { Description = "Why; needed without a receipt.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var unknown = new Option<bool>("--unknown") { Description = "The catalogue does not know the product; one line, with --description and a price." };
        var description = new Option<string?>("--description") { Description = "What it is, for an unknown product.", HelpName = "TEXT" };
        var tender = Tenders.Option();
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("refund", "Take goods back for money.") { lines, receipt, reason, unknown, description, tender, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var texts = parsed.GetValue(lines)!;
            if (texts.Length > 1 && (parsed.GetValue(unknown) || parsed.GetValue(description) is not null))
                throw CommandFailure.Usage("LINE_AMBIGUOUS", "--unknown and --description speak of one line, and there are several.", "Refund the unknown product by itself.");
            var request = new RefundRequest(
                line.ActorOf(parsed, actor),
                parsed.GetValue(receipt) is { } number
                    ? await OfReceiptAsync(texts, number, device, cancellationToken)
                    : await WithoutReceiptAsync(texts, parsed.GetValue(description), parsed.GetValue(unknown), device, cancellationToken),
                parsed.GetValue(reason)!,
                parsed.GetValue(tender)!,
                line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }

    static async Task<IReadOnlyList<RefundLineRequest>> OfReceiptAsync(string[] texts, string number, IDevice device, CancellationToken cancellationToken)
    {
        var receipt = await device.ReceiptAsync(number, cancellationToken);
        return [.. texts.Select(text => OfReceipt(text, receipt))];
    }

    static RefundLineRequest OfReceipt(string text, ReceiptView receipt)
    {
        var star = text.IndexOf('*', StringComparison.Ordinal);
        var lineText = star < 0 ? text : text[..star];
        if (!int.TryParse(lineText, NumberStyles.None, CultureInfo.InvariantCulture, out var lineNumber))
            throw CommandFailure.Usage("LINE_INVALID", $"'{text}' is no line of a receipt.", "With --receipt write the line's number, such as 1 or 2*0.5.");
        var sold = receipt.Lines.FirstOrDefault(item => item.Line == lineNumber)
            ?? throw CommandFailure.Refused("SOLD_LINE_NOT_FOUND", $"Receipt {receipt.Number} has no line {lineNumber}; it has {receipt.Lines.Count}.", "Name a line of the receipt, from 1.");
        return new(sold.Product, star < 0 ? sold.QuantityThousandths : LineText.Quantity(text[(star + 1)..]), receipt.Number, lineNumber);
    }

    static async Task<IReadOnlyList<RefundLineRequest>> WithoutReceiptAsync(string[] texts, string? description, bool unknown, IDevice device, CancellationToken cancellationToken)
    {
        var currency = Currency.Parse((await device.StatusAsync(cancellationToken)).Currency);
        return
        [
            .. texts.Select(text => LineText.Parse(text, currency) is { Discount: null } item
                ? item
                : throw CommandFailure.Usage("LINE_INVALID", $"'{text}' has a discount; a refund has none.", "Write what the customer gets as CODE@PRICE.")).Select(item => new RefundLineRequest(
                item.Product, item.QuantityThousandths, null, null, item.UnitPriceMinor, null, description, unknown)),
        ];
    }
}
