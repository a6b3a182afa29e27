namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>Which entries are asked for.</summary>
/// <param name="State">open, settled or all.</param>
/// <param name="After">The next of the part before.</param>
public sealed record QuarantineQuestion(int? StoreId, string? Code, string State, string? After, int Limit)
{
    public const string Open = "open";
    public const string Settled = "settled";
    public const string All = "all";
    public const int LimitMax = 500;
}
