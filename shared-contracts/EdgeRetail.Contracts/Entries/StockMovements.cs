using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>The movements of an entry; a count has none, see <see cref="StockCounts"/>. Pure, and the same on the device (pending adjustment) and in the cloud (effect).</summary>
public static class StockMovements
{
    /// <summary>One movement per product, in order of product code; empty where the entry touches no stock.</summary>
    /// <exception cref="OverflowException">The lines of one product do not sum within 64 bits.</exception>
    public static IReadOnlyList<StockMovement> Of(Entry entry) => entry switch
    {
        SaleRecorded sale when sale.Lines.Count == 1 => [new(sale.Lines[0].Product, -sale.Lines[0].Quantity.Thousandths)],
        SaleRecorded sale => Sum(sale.Lines.Select(line => new StockMovement(line.Product, -line.Quantity.Thousandths))),
        RefundRecorded refund => Sum(refund.Lines.Select(line => new StockMovement(line.Product, line.Quantity.Thousandths))),
        SaleVoided voided => Sum(voided.Lines.Select(line => new StockMovement(line.Product, line.Quantity.Thousandths))),
        GoodsReceived goods => Sum(goods.Lines.Select(line => new StockMovement(line.Product, line.Quantity.Thousandths))),
        StockOpened opened => Sum(opened.Lines.Select(line => new StockMovement(line.Product, line.Quantity.Thousandths))),
        StockAdjusted adjusted => [new(adjusted.Product, adjusted.Delta.Thousandths)],
        StockWasted wasted => [new(wasted.Product, -wasted.Quantity.Thousandths)],
        _ => [],
    };

    static List<StockMovement> Sum(IEnumerable<StockMovement> lines)
    {
        var byProduct = new SortedDictionary<ProductCode, long>();
        foreach (var line in lines)
            byProduct[line.Product] = checked(byProduct.GetValueOrDefault(line.Product) + line.DeltaThousandths);
        return [.. byProduct.Select(pair => new StockMovement(pair.Key, pair.Value))];
    }
}
