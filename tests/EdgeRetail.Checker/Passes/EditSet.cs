using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Passes;

/// <summary>
/// The edits of one field of one product of a store, and which knew which: everything from the definitions, by a table of all
/// pairs. An edit is in when all that it was based on is; it knew its bases, its own device's edit before it, and what those knew.
/// </summary>
sealed class EditSet
{
    readonly List<Edit> edits;
    readonly bool[,] knew;
    readonly bool[,] names;

    public EditSet(IReadOnlyList<Edit> all)
    {
        var held = new HashSet<EntryKey>();
        for (var before = -1; before != held.Count;)
        {
            before = held.Count;
            held.UnionWith(all.Where(edit => edit.Bases.All(held.Contains)).Select(edit => edit.Id).ToList());
        }

        edits = [.. all.Where(edit => held.Contains(edit.Id)).OrderBy(edit => edit.At)];
        Waiting = [.. all.Where(edit => !held.Contains(edit.Id)).OrderBy(edit => edit.At)];
        var count = edits.Count;
        (knew, names) = (new bool[count, count], new bool[count, count]);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++) names[i, j] = i != j && edits[i].Bases.Contains(edits[j].Id);
            for (var j = i - 1; j >= 0; j--)
            {
                if (edits[j].At.Device != edits[i].At.Device) continue;
                names[i, j] = true;
                break;
            }
        }

        Array.Copy(names, knew, names.Length);
        for (var k = 0; k < count; k++)
        {
            for (var i = 0; i < count; i++)
            {
                if (!knew[i, k]) continue;
                for (var j = 0; j < count; j++) knew[i, j] |= knew[k, j];
            }
        }
    }

    public IReadOnlyList<Edit> Waiting { get; }

    /// <summary>The edits that no other was made on sight of, in order of time.</summary>
    public List<Edit> Heads => [.. Numbers().Where(i => !Numbers().Any(j => j != i && names[j, i])).Select(i => edits[i])];

    /// <summary>The latest that all of these knew.</summary>
    public Edit? LatestBefore(IReadOnlyList<Edit> heads) =>
        Numbers().Where(i => heads.All(head => knew[edits.IndexOf(head), i])).Select(i => edits[i]).LastOrDefault();

    /// <summary>Every pair of edits that knew nothing of each other and are heads, or were both named by one edit; and the first that did.</summary>
    public Dictionary<(EntryKey First, EntryKey Second), EntryKey?> Pairs()
    {
        var pairs = new Dictionary<(EntryKey, EntryKey), EntryKey?>();
        foreach (var by in Numbers())
        {
            foreach (var i in Numbers().Where(i => names[by, i]))
            {
                foreach (var j in Numbers().Where(j => j > i && names[by, j] && !knew[i, j] && !knew[j, i])) pairs.TryAdd((edits[i].Id, edits[j].Id), edits[by].Id);
            }
        }

        var heads = Heads;
        for (var i = 0; i < heads.Count; i++)
        {
            for (var j = i + 1; j < heads.Count; j++) pairs.Add((heads[i].Id, heads[j].Id), null);
        }

        return pairs;
    }

    IEnumerable<int> Numbers() => Enumerable.Range(0, edits.Count);
}
