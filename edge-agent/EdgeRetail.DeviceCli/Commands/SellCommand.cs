using System.CommandLine;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>sell</c>.</summary>
static class SellCommand
{
    public static Command Build(CommandLine line)
    {
        var lines = new Argument<string[]>("LINE") { Description = "CODE[*QTY][@PRICE][~DISCOUNT], such as 4006381333931*2@1.29 or CHEESE-1*0.375~10%.", Arity = ArgumentArity.OneOrMore };
        var unknown = new Option<bool>("--unknown") { Description = "Sell a product that the catalogue does not know; one line, with --description and a price." };
        var description = new Option<string?>("--description") { Description = "What it is, for an unknown product.", HelpName = "TEXT" };
        var price = new Option<string?>("--price") { Description = "The price of one, where the line has no @PRICE.", HelpName = "PRICE" };
        var discount = new Option<string?>("--discount") { Description = "What is taken off each line that has no ~DISCOUNT: an amount, or a percentage such as 10%.", HelpName = "AMOUNT" };
        var reason = new Option<string?>("--reason") { Description = "Why something is taken off or another price is asked.", HelpName = "TEXT" };
        var approver = new Option<string?>("--approver") { Description = "Who agreed to it.", HelpName = "NAME" };
        var tender = Tenders.Several();
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("sell", "Sell: one receipt, recorded before this returns.") { lines, unknown, description, price, discount, reason, approver, tender, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var currency = Currency.Parse((await device.StatusAsync(cancellationToken)).Currency);
            var texts = parsed.GetValue(lines)!;
            var given = parsed.GetValue(price) is { } text ? LineText.Price(text, currency) : (long?)null;
            if (texts.Length > 1 && (parsed.GetValue(unknown) || given is not null || parsed.GetValue(description) is not null))
                throw CommandFailure.Usage("LINE_AMBIGUOUS", "--unknown, --description and --price speak of one line, and there are several.", "Sell the unknown product by itself, or write prices as CODE@PRICE.");

            var why = parsed.GetValue(reason) ?? "";
            var off = parsed.GetValue(discount) is { } typedDiscount ? DiscountText.Parse(typedDiscount, currency) : null;
            var (tenderOfAll, tenders) = Tenders.Read(parsed.GetValue(tender)!, currency);
            var request = new SaleRequest(
                line.ActorOf(parsed, actor),
                [.. texts.Select(typed => LineText.Parse(typed, currency)).Select(item => new SaleLineRequest(
                    item.Product, item.QuantityThousandths, item.UnitPriceMinor ?? given, null, parsed.GetValue(description), parsed.GetValue(unknown), null,
                    (item.Discount ?? off) is { } taken ? taken with { Reason = why } : null, item.UnitPriceMinor is null && given is null ? "" : why))],
                tenderOfAll,
                line.CommandIdOf(parsed, id),
                tenders,
                parsed.GetValue(approver) ?? "");
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }
}
