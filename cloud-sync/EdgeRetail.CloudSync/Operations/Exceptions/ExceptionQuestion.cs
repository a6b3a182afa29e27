namespace EdgeRetail.CloudSync.Operations.Exceptions;

/// <summary>Which exceptions are asked for.</summary>
/// <param name="State">open, closed or all.</param>
/// <param name="After">The next of the part before.</param>
public sealed record ExceptionQuestion(int? StoreId, string? Code, string State, string? After, int Limit)
{
    public const string Open = "open";
    public const string Closed = "closed";
    public const string All = "all";
    public const int LimitMax = 500;
}
