using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>What an entry says was there: pure, and the same on the device (pending adjustment) and in the cloud (effect).</summary>
public static class StockCounts
{
    /// <summary>One count per product, in order of product code; empty where the entry is no count.</summary>
    public static IReadOnlyList<StockCount> Of(Entry entry)
    {
        if (entry is not StockCounted counted) return [];
        var byProduct = new SortedDictionary<ProductCode, long>();
        foreach (var line in counted.Lines)
            byProduct[line.Product] = checked(byProduct.GetValueOrDefault(line.Product) + line.Quantity.Thousandths);
        return [.. byProduct.Select(pair => new StockCount(pair.Key, pair.Value))];
    }
}
