using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>One product's stock as shown: what the cloud last said, and what own entries it does not contain yet add to it.</summary>
public sealed record StockFigure(ProductCode Product, string? Name, Unit Unit, long CachedThousandths, long PendingThousandths)
{
    public long OnHandThousandths => StockView.OnHand(CachedThousandths, PendingThousandths);
}
