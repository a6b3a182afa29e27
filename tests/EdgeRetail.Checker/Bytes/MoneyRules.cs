namespace EdgeRetail.Checker.Bytes;

/// <summary>S19 for one entry: integer figures within their bounds, lines that sum to the total, tenders that pay it.</summary>
public static class MoneyRules
{
    const long QuantityMax = 1_000_000_000;
    const long AmountMax = 10_000_000_000;
    const int LinesMax = 1_000;

    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? Fault(EntryBody entry)
    {
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
            sum += line.AmountMinor;
        }

        if (entry.Kind is not (EntryKinds.SaleRecorded or EntryKinds.SaleVoided or EntryKinds.RefundRecorded)) return null;
        if (sum != entry.TotalMinor) return $"lines of {sum} and a total of {entry.TotalMinor}";
        if (entry.TotalMinor > AmountMax) return $"total {entry.TotalMinor}";
        return entry.Tenders.Count > 0 && entry.Tenders.Sum() != entry.TotalMinor ? $"tenders of {entry.Tenders.Sum()} for a total of {entry.TotalMinor}" : null;
    }
}
