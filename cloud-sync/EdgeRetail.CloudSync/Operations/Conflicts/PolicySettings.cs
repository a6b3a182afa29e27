namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>The policies that hold now, and every one that ever was set, the latest first.</summary>
public sealed record PolicySettings(int Version, IReadOnlyList<FieldPolicyView> Fields, IReadOnlyList<FieldPolicyView> History)
{
    /// <summary>For If-Match: it changes whenever a policy does.</summary>
    public string Tag => $"\"{Version}\"";
}
