using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Shop;

/// <summary>Draws what staff record: mostly sales of a few lines, products repeat within a basket.</summary>
static class Staff
{
    static readonly ProductCode[] Products = [.. Enumerable.Range(1, 8).Select(number => ProductCode.Parse($"P-{number}"))];

    public static Draft Draw(Chance chance, bool mayPoison)
    {
        var kind = chance.Below(100) switch { < 80 => DraftKind.Sale, < 90 => DraftKind.GoodsReceived, < 95 => DraftKind.Waste, _ => DraftKind.Adjustment };
        var lines = new DraftLine[kind is DraftKind.Adjustment or DraftKind.Waste ? 1 : chance.Between(1, 4)];
        for (var i = 0; i < lines.Length; i++)
        {
            var count = kind == DraftKind.GoodsReceived ? chance.Between(5, 40) : chance.Between(1, 3);
            lines[i] = new(chance.Of(Products), kind == DraftKind.Adjustment && chance.OneIn(2) ? -count * 1000L : count * 1000L, 100 + chance.Below(900));
        }

        // Never one with a receipt: a release that prunes receipts can read those that it printed.
        return new(kind, lines, mayPoison && kind != DraftKind.Sale && chance.Percent(15));
    }

    /// <summary>Takes a sale back.</summary>
    public static Draft Void(Draft sale, EntryId entry, ReceiptNumber receipt) => new(DraftKind.Void, sale.Lines, Poison: false, new(entry, receipt));

    /// <summary>What the draft means for stock, by adding up its lines: the checker's own arithmetic.</summary>
    public static IReadOnlyDictionary<ProductCode, long> Movements(Draft draft)
    {
        var sums = new SortedDictionary<ProductCode, long>();
        foreach (var line in draft.Lines)
            sums[line.Product] = sums.GetValueOrDefault(line.Product) + (draft.Kind is DraftKind.Sale or DraftKind.Waste ? -line.Thousandths : line.Thousandths);
        return sums;
    }
}
