using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>What the edits of a register come to.</summary>
/// <param name="Standing">The edit whose value counts; null: the catalogue's does.</param>
/// <param name="Heads">The edits that no other is based on, in order of time.</param>
/// <param name="Undecided">There are several heads, and a person has to decide between them.</param>
/// <param name="Waiting">Edits that are based on what is not here.</param>
/// <param name="Pairs">Edits that are, or were when somebody settled them, heads beside each other.</param>
public sealed record RegisterState(
    RegisterEdit? Standing, IReadOnlyList<RegisterEdit> Heads, bool Undecided, IReadOnlyList<RegisterEdit> Waiting, IReadOnlyList<ConcurrentPair> Pairs)
{
    /// <summary>What an edit is based on that is made on sight of this: while nothing is decided, what is shown is what held before.</summary>
    public IEnumerable<EntryId> Bases => Undecided ? Standing is { } standing ? [standing.Id] : [] : Heads.Select(head => head.Id);

    /// <summary>Heads whose value does not count: they lost, or wait for a person.</summary>
    public IEnumerable<EntryId> Lost => Heads.Where(head => head.Id != Standing?.Id).Select(head => head.Id);
}
