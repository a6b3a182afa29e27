using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>What was recorded, for people.</summary>
static class ReceiptText
{
    public static void Print(TextWriter output, RecordedResponse recorded)
    {
        if (recorded.Replayed) output.WriteLine("Recorded before, and not again:");
        if (recorded.ReceiptView is not { } receipt)
        {
            output.WriteLine($"Recorded: entry {recorded.EntryId} at position {recorded.Position}.");
            return;
        }

        var isVoid = receipt.Voided?.EntryId == recorded.EntryId;
        output.WriteLine($"{(isVoid ? "Voided" : receipt.Kind == "refund" ? "Refunded" : "Sold")}. Receipt {receipt.Number}");
        if (receipt.Voided is { } voided && !isVoid) output.WriteLine($"It was voided later: {voided.Reason}");
        output.WriteLine();
        var table = new TextTable("", "product", "name", "qty", "price", "amount").Figures(0, 3, 4, 5);
        foreach (var item in receipt.Lines)
        {
            table.Add(
                $"{item.Line}", item.Display, item.Name + (item.Unknown ? " (unknown product)" : ""), PlainText.Quantity(item.QuantityThousandths, item.Unit),
                PlainText.Amount(item.UnitPriceMinor, receipt.Currency), PlainText.Amount(item.AmountMinor, receipt.Currency));
        }

        table.WriteTo(output);
        output.WriteLine();
        var tenders = string.Join(", ", receipt.Tenders.Select(tender => tender.Kind));
        output.WriteLine($"{(isVoid ? "Pay back" : "Total")} {receipt.Currency} {PlainText.Amount(receipt.TotalMinor, receipt.Currency)}{(tenders.Length > 0 ? $", {tenders}" : "")}");
    }
}
