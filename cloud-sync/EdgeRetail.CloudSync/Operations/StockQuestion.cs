namespace EdgeRetail.CloudSync.Operations;

/// <summary>Which stock is asked for: one product, or those whose code begins with or whose name contains the text, after a code.</summary>
public sealed record StockQuestion(int StoreId, string? Product = null, string? Search = null, string? After = null, int Limit = 100)
{
    public const int LimitMax = 1_000;
}
