namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// The arithmetic of what a device shows: cache + Σ pending. Pure. Figures that would overflow stay at the end of the
/// range: a stock figure never stops a sale.
/// </summary>
public static class StockView
{
    public static long OnHand(long cachedThousandths, long pendingThousandths) =>
        (long)Int128.Clamp((Int128)cachedThousandths + pendingThousandths, long.MinValue, long.MaxValue);

    /// <summary>What leads from a figure to another.</summary>
    public static long Adjustment(long fromThousandths, long toThousandths) =>
        (long)Int128.Clamp((Int128)toThousandths - fromThousandths, long.MinValue, long.MaxValue);

    /// <summary>Whether an effect leads from the cached figure to its own result. If not, the cache has drifted and the cloud's figure stands.</summary>
    public static bool Follows(long cachedThousandths, long deltaThousandths, long onHandThousandths) =>
        (Int128)cachedThousandths + deltaThousandths == onHandThousandths;
}
