using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>Which edits of a register knew which: what each was based on, and the one that its own device made before. Pure.</summary>
sealed class EditGraph
{
    readonly Dictionary<EntryId, RegisterEdit> edits;
    readonly Dictionary<EntryId, List<RegisterEdit>> parents = [];

    public EditGraph(Dictionary<EntryId, RegisterEdit> edits)
    {
        this.edits = edits;
        var superseded = new HashSet<EntryId>();
        var ownBefore = new Dictionary<DeviceId, RegisterEdit>();
        foreach (var edit in edits.Values.OrderBy(edit => edit.Instant))
        {
            var known = edit.BasedOn.ToHashSet();
            if (ownBefore.TryGetValue(edit.Instant.Device, out var before)) known.Add(before.Id);
            known.Remove(edit.Id);
            ownBefore[edit.Instant.Device] = edit;
            parents[edit.Id] = [.. known.Select(id => edits[id]).OrderBy(parent => parent.Instant)];
            superseded.UnionWith(known);
        }

        Heads = [.. edits.Values.Where(edit => !superseded.Contains(edit.Id)).OrderBy(edit => edit.Instant)];
        // A device that names its own later edit as what it knew is lying; something has to stand all the same.
        if (Heads.Count == 0 && edits.Count > 0) Heads = [edits.Values.MaxBy(edit => edit.Instant)!];
    }

    public IReadOnlyCollection<RegisterEdit> Edits => edits.Values;

    /// <summary>The edits that no other knew, in order of time.</summary>
    public IReadOnlyList<RegisterEdit> Heads { get; }

    /// <summary>What the edit itself was based on, in order of time.</summary>
    public IReadOnlyList<RegisterEdit> Parents(RegisterEdit edit) => parents[edit.Id];

    /// <summary>Whether the later edit was made with knowledge of the other, directly or by what it was based on.</summary>
    public bool Knew(RegisterEdit later, RegisterEdit other) => Before(later).Contains(other.Id);

    /// <summary>The last edit that all of these knew; null where they had nothing in common.</summary>
    public RegisterEdit? LatestBefore(IReadOnlyList<RegisterEdit> concurrent)
    {
        var common = Before(concurrent[0]).ToHashSet();
        foreach (var edit in concurrent.Skip(1)) common.IntersectWith(Before(edit));
        return common.Select(id => edits[id]).MaxBy(edit => edit.Instant);
    }

    /// <summary>Everything that the edit knew, nearest first: most questions end with the first.</summary>
    IEnumerable<EntryId> Before(RegisterEdit edit)
    {
        var known = new HashSet<EntryId>();
        var next = new Queue<RegisterEdit>(Parents(edit));
        while (next.TryDequeue(out var parent))
        {
            if (!known.Add(parent.Id)) continue;
            yield return parent.Id;
            foreach (var further in Parents(parent)) next.Enqueue(further);
        }
    }
}
