namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// What a field's concurrent edits are decided by. <paramref name="Resurrects"/>: a value that was edited without knowing of the
/// field's removal counts against it like any other; else the removal stands.
/// </summary>
/// <param name="Version">Of all policies: each change of one is a new version. 0 is what holds before any was set.</param>
public sealed record FieldPolicy(int Version, FieldRule Rule, bool Resurrects)
{
    public static readonly FieldPolicy Default = new(0, FieldRule.LatestWins, Resurrects: false);
}
