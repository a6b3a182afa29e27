using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>What staff see. Each answer is read in one snapshot.</summary>
public sealed class DeviceQueries
{
    /// <summary>Products by what was typed: an exact code first, then those whose words begin with every word typed.</summary>
    public IReadOnlyList<ProductView> SearchProducts(string text, int limit) => throw new NotSupportedException();

    public ProductView? FindProduct(ProductCode code) => throw new NotSupportedException();

    /// <summary>Stock figures in order of product code, after <paramref name="after"/>.</summary>
    public StockReading Stock(ProductCode? after, int limit) => throw new NotSupportedException();

    /// <summary>One product's figure; zero where the device knows of none.</summary>
    public StockReading StockOf(ProductCode code) => throw new NotSupportedException();

    public ReceiptView? Receipt(ReceiptNumber receipt) => throw new NotSupportedException();

    public IReadOnlyList<OutboxItem> Outbox(int limit) => throw new NotSupportedException();

    public AgentStatus Status() => throw new NotSupportedException();
}
