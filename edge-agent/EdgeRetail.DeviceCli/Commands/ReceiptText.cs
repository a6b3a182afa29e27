using System.Globalization;
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
            foreach (var (note, amount) in Notes(item, receipt.Currency)) table.Add("", "", note, "", "", amount);
        }

        table.WriteTo(output);
        output.WriteLine();
        foreach (var tax in receipt.Taxes)
            output.WriteLine($"Tax {tax.RateId} {Percent(tax.RateHundredths)} {receipt.Currency} {PlainText.Amount(tax.AmountMinor, receipt.Currency)}, {(tax.Inclusive ? "in the prices" : "added to the prices")}");
        var tenders = string.Join(", ", receipt.Tenders.Select(tender => receipt.Tenders.Count == 1
            ? tender.Kind
            : $"{(tender.AmountMinor < 0 && !isVoid ? "change" : tender.Kind)} {PlainText.Amount(Math.Abs(tender.AmountMinor), receipt.Currency)}"));
        output.WriteLine($"{(isVoid ? "Pay back" : "Total")} {receipt.Currency} {PlainText.Amount(receipt.TotalMinor, receipt.Currency)}{(tenders.Length > 0 ? $", {tenders}" : "")}");
    }

    static IEnumerable<(string Note, string Amount)> Notes(ReceiptLineView item, string currency)
    {
        if (item.Content is { } content) yield return ($"  holds {PlainText.Quantity(content.QuantityThousandths, content.Unit)} of {content.Display}", "");
        if (item.Override is { } changed) yield return ($"  price was {PlainText.Amount(changed.OldUnitPriceMinor, currency)}{Because(changed.Reason)}", "");
        if (item.Discount is { } discount) yield return ($"  discount{Because(discount.Reason)}", $"(-{PlainText.Amount(discount.AmountMinor, currency)})");
        // Of its own, so that a long reason never cuts it off.
        foreach (var approver in new[] { item.Override?.Approver, item.Discount?.Approver }.OfType<string>().Where(approver => approver.Length > 0).Distinct(StringComparer.Ordinal)) yield return ($"  approved by {approver}", "");
        if (item.Tax is { Inclusive: false } tax) yield return ($"  tax {tax.RateId} {Percent(tax.RateHundredths)}", $"(+{PlainText.Amount(tax.AmountMinor, currency)})");
    }

    static string Because(string reason) => reason.Length > 0 ? $": {reason}" : "";

    static string Percent(int hundredths) => $"{(hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture)} %";
}
