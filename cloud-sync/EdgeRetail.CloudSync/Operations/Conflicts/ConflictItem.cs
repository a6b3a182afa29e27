namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>A conflict of two edits that did not know each other, the earlier first, and the rule and policy version that decided.</summary>
/// <param name="State">open, decided, resolved or superseded.</param>
/// <param name="Version">Of the store, when it came to stand so.</param>
public sealed record ConflictItem(
    Guid ConflictId, int StoreId, string StoreName, string Product, string? ProductName, string Field, string State, string Rule, int PolicyVersion, long Version, ConflictSide First, ConflictSide Second, ConflictSettlement? Settlement)
{
    /// <summary>For If-Match: it changes whenever the conflict does.</summary>
    public string Tag => $"\"{Version}-{(int)FieldNames.State(State)!.Value}\"";
}
