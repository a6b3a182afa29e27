namespace EdgeRetail.CloudSync.Merge;

/// <summary>A register with all its edits, what they come to, and the policy and store version of the last of them.</summary>
public sealed record MergedRegister(RegisterKey Key, IReadOnlyList<RegisterEdit> Edits, RegisterState State, FieldPolicy Policy, IReadOnlyList<EditConflict> Conflicts, long Version)
{
    /// <summary>The edits that came since, with the versions at which they did.</summary>
    public IReadOnlyList<(RegisterEdit Edit, long Version)> Added { get; init; } = [];
}
