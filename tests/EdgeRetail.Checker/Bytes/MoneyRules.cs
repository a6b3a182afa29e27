namespace EdgeRetail.Checker.Bytes;

/// <summary>S19 for one entry: integer figures within their bounds, lines that sum to the total, tenders that pay it, taxes that anybody can compute again, packs that hold what left the stock.</summary>
public static class MoneyRules
{
    const long QuantityMax = 1_000_000_000;
    const long AmountMax = 10_000_000_000;
    const int LinesMax = 1_000;

    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? Fault(EntryBody entry)
    {
        if (entry.Kind == EntryKinds.BusinessDayClosed) return null;
        if (entry.Kind == EntryKinds.CashMoved)
            return entry.TotalMinor is > 0 and <= AmountMax ? null : $"cash of {entry.TotalMinor}";

        // An edit has neither money nor quantities.
        if (EntryKinds.IsEdit(entry.Kind)) return null;
        if (entry.Lines.Count is 0 or > LinesMax) return $"{entry.Lines.Count} lines";
        var signed = entry.Kind == EntryKinds.StockAdjusted;
        var sum = 0L;
        foreach (var line in entry.Lines)
        {
            if (line.QuantityThousandths is > QuantityMax or < -QuantityMax) return $"quantity {line.QuantityThousandths} of {line.Product}";
            if (signed ? line.QuantityThousandths == 0 : line.QuantityThousandths < (entry.Kind is EntryKinds.StockOpened or EntryKinds.StockCounted ? 0 : 1)) return $"quantity {line.QuantityThousandths} of {line.Product}";
            if (line.AmountMinor is < 0 or > AmountMax || line.UnitPriceMinor is < 0 or > AmountMax) return $"amount {line.AmountMinor} of {line.Product}";
            if ((TaxFault(line) ?? PackFault(line)) is { } fault) return fault;
            if (line.DiscountMinor is <= 0 or > AmountMax) return $"a discount of {line.DiscountMinor} on {line.Product}";
            if (line.OldUnitPriceMinor is < 0 or > AmountMax) return $"{line.Product} in place of a price of {line.OldUnitPriceMinor}";
            sum += line.AmountMinor;
        }

        if (entry.Kind is not (EntryKinds.SaleRecorded or EntryKinds.SaleVoided or EntryKinds.RefundRecorded)) return null;
        if (sum != entry.TotalMinor) return $"lines of {sum} and a total of {entry.TotalMinor}";
        if (entry.TotalMinor > AmountMax) return $"total {entry.TotalMinor}";
        return entry.Tenders.Count > 0 && entry.Tenders.Sum() != entry.TotalMinor ? $"tenders of {entry.Tenders.Sum()} for a total of {entry.TotalMinor}" : null;
    }

    /// <summary>By its definition: the tax of the line's amount lies where the rounding says, between the two whole amounts next to the exact one.</summary>
    static string? TaxFault(EntryLine line)
    {
        if (line.Tax is not { } tax) return null;
        if (tax.RateId.Length is 0 or > 16 || tax.RateHundredths > 10_000 || tax.Rounding is < 1 or > 3) return $"no tax rate '{tax.RateId}' of {tax.RateHundredths} with rounding {tax.Rounding}";
        var taxed = tax.Inclusive ? line.AmountMinor : line.AmountMinor - tax.AmountMinor;
        var exact = (decimal)taxed * tax.RateHundredths / (tax.Inclusive ? 10_000m + tax.RateHundredths : 10_000m);
        var expected = tax.Rounding switch
        {
            1 => Math.Round(exact, MidpointRounding.AwayFromZero),
            2 => Math.Round(exact, MidpointRounding.ToEven),
            _ => decimal.Floor(exact),
        };
        return taxed >= 0 && tax.AmountMinor == expected ? null : $"tax of {tax.AmountMinor} on {line.Product}, by its rate it is {expected}";
    }

    static string? PackFault(EntryLine line)
    {
        if (line.Pack is not { } pack) return null;
        return pack.QuantityThousandths is > 0 and <= QuantityMax && pack.ContentThousandths > 0 && pack.Product != line.Product
            && (decimal)pack.QuantityThousandths * pack.ContentThousandths == line.QuantityThousandths * 1000m
            ? null
            : $"{pack.QuantityThousandths} packs {pack.Product} of {pack.ContentThousandths} as {line.QuantityThousandths} of {line.Product}";
    }
}
