using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>The conflict of two concurrent edits, under the policy by which it was decided last. <paramref name="Version"/> is of the store, when it came to stand so.</summary>
public sealed record EditConflict(
    ConflictId Id, RegisterKey Key, EntryId First, EntryId Second, EntryId? Winner, FieldRule Rule, int PolicyVersion, ConflictState State, EntryId? SettledBy, long Version)
{
    /// <summary>
    /// What the pair makes of the conflict that was known before. Once somebody settled it, by what it was decided before stays as it was.
    /// </summary>
    public static EditConflict Of(ConflictId id, RegisterKey key, ConcurrentPair pair, FieldPolicy policy, EditConflict? before, long version)
    {
        var state = pair.SettledBy is { } by ? by.Resolves ? ConflictState.Resolved : ConflictState.Superseded : pair.Winner is null ? ConflictState.Open : ConflictState.Decided;
        var now = new EditConflict(id, key, pair.First.Id, pair.Second.Id, pair.Winner?.Id, policy.Rule, policy.Version, state, pair.SettledBy?.Id, before?.Version ?? version);
        if (before is not null && pair.SettledBy is not null) now = now with { Winner = before.Winner, Rule = before.Rule, PolicyVersion = before.PolicyVersion };
        return now == before ? before : now with { Version = version };
    }
}
