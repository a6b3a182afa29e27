using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Shop;

/// <summary>Draws what staff record: mostly sales of a few lines, now and then a count; products repeat within a basket.</summary>
static class Staff
{
    static readonly ProductCode[] Products = [.. Enumerable.Range(1, 8).Select(number => ProductCode.Parse($"P-{number}"))];

    public static Draft Draw(Chance chance, bool mayPoison)
    {
        var kind = chance.Below(100) switch { < 78 => DraftKind.Sale, < 89 => DraftKind.GoodsReceived, < 92 => DraftKind.Waste, < 96 => DraftKind.Adjustment, _ => DraftKind.Count };
        var lines = new DraftLine[kind is DraftKind.Adjustment or DraftKind.Waste ? 1 : chance.Between(1, 4)];
        for (var i = 0; i < lines.Length; i++)
        {
            var count = kind switch { DraftKind.GoodsReceived => chance.Between(5, 40), DraftKind.Count => chance.Between(0, 40), _ => chance.Between(1, 3) };
            lines[i] = new(chance.Of(Products), kind == DraftKind.Adjustment && chance.OneIn(2) ? -count * 1000L : count * 1000L, 100 + chance.Below(900));
        }

        // Never one with a receipt: a release that prunes receipts can read those that it printed. Nor a count: a release that cannot
        // read one cannot fix it against another cache.
        return new(kind, lines, mayPoison && kind is not (DraftKind.Sale or DraftKind.Count) && chance.Percent(15));
    }

    /// <summary>Takes a sale back.</summary>
    public static Draft Void(Draft sale, EntryId entry, ReceiptNumber receipt) => new(DraftKind.Void, sale.Lines, Poison: false, new(entry, receipt));

    /// <summary>What the draft means for stock, by adding up its lines: the checker's own arithmetic.</summary>
    public static IReadOnlyDictionary<ProductCode, long> Movements(Draft draft)
    {
        var sums = new SortedDictionary<ProductCode, long>();
        if (draft.Kind == DraftKind.Count) return sums;
        foreach (var line in draft.Lines)
            sums[line.Product] = sums.GetValueOrDefault(line.Product) + (draft.Kind is DraftKind.Sale or DraftKind.Waste ? -line.Thousandths : line.Thousandths);
        return sums;
    }

    /// <summary>What the draft says was there, where it is a count, likewise.</summary>
    public static IReadOnlyDictionary<ProductCode, long> Counts(Draft draft)
    {
        var sums = new SortedDictionary<ProductCode, long>();
        if (draft.Kind != DraftKind.Count) return sums;
        foreach (var line in draft.Lines) sums[line.Product] = sums.GetValueOrDefault(line.Product) + line.Thousandths;
        return sums;
    }
}
