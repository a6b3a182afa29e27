namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>Which conflicts are asked for; what is null or "all" is not asked about.</summary>
/// <param name="State">open, decided, resolved, superseded or all.</param>
/// <param name="DeviceId">Those in which the device made one of the edits; 0 is the cloud.</param>
/// <param name="After">The next of the part before.</param>
public sealed record ConflictQuestion(int? StoreId, string State, string? Product, string? Field, int? DeviceId, string? After, int Limit)
{
    public const string All = "all";
    public const int LimitMax = 500;
}
