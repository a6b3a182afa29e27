using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// Merges the edits of one field of one product of a store: a function of their set, so that no order of arrival, cut or repeat
/// matters. An edit supersedes the changes it was based on and its own device's earlier ones, which that device knew; one that is
/// based on what is not here waits. What nothing supersedes is concurrent, and the field's policy decides. No clock is asked
/// before what an edit was based on; then ties are broken by (effective time, device, entry). Pure.
/// </summary>
public static class ProductRegister
{
    public static RegisterState Merge(IEnumerable<RegisterEdit> edits, FieldPolicy policy)
    {
        var all = new Dictionary<EntryId, RegisterEdit>();
        foreach (var edit in edits) all.TryAdd(edit.Id, edit);
        var attached = Attached(all);
        var waiting = all.Values.Where(edit => !attached.ContainsKey(edit.Id)).OrderBy(edit => edit.Instant).ToList();
        var graph = new EditGraph(attached);
        var heads = graph.Heads;
        var undecided = policy.Rule == FieldRule.Manual && Candidates(heads, policy).Count > 1;
        var standing = heads.Count == 0 ? null : undecided ? graph.LatestBefore(heads) : Decide(heads, policy);
        return new(standing, heads, undecided, waiting, Pairs(graph, heads, policy));
    }

    /// <summary>The edit that wins among concurrent ones; null where a person has to decide.</summary>
    public static RegisterEdit? Decide(IReadOnlyList<RegisterEdit> concurrent, FieldPolicy policy)
    {
        var candidates = Candidates(concurrent, policy);
        return policy.Rule == FieldRule.Manual && candidates.Count > 1 ? null : candidates.MaxBy(edit => edit.Instant);
    }

    /// <summary>A removal stands against values that were edited without knowing of it, unless the policy says otherwise; then the rule chooses whose count.</summary>
    static List<RegisterEdit> Candidates(IReadOnlyList<RegisterEdit> concurrent, FieldPolicy policy)
    {
        var candidates = concurrent.ToList();
        if (!policy.Resurrects && candidates.Exists(edit => edit.Value is null)) candidates.RemoveAll(edit => edit.Value is not null);
        // Two removals say the same.
        if (candidates.TrueForAll(edit => edit.Value is null) && candidates.Count > 1) return [candidates.MaxBy(edit => edit.Instant)!];
        if (policy.Rule == FieldRule.CloudWins && candidates.Exists(edit => edit.IsOfCloud)) candidates.RemoveAll(edit => !edit.IsOfCloud);
        if (policy.Rule == FieldRule.DeviceWins && candidates.Exists(edit => !edit.IsOfCloud)) candidates.RemoveAll(edit => edit.IsOfCloud);
        return candidates;
    }

    /// <summary>The edits whose bases are all here and attached themselves. Edits in a circle, which nobody honest makes, never are.</summary>
    static Dictionary<EntryId, RegisterEdit> Attached(Dictionary<EntryId, RegisterEdit> all)
    {
        var attached = new Dictionary<EntryId, RegisterEdit>();
        var missing = new Dictionary<EntryId, int>();
        var followers = new Dictionary<EntryId, List<RegisterEdit>>();
        var next = new Queue<RegisterEdit>();
        foreach (var edit in all.Values)
        {
            var bases = edit.BasedOn.Distinct().ToList();
            missing[edit.Id] = bases.Count;
            if (bases.Count == 0) next.Enqueue(edit);
            foreach (var id in bases)
            {
                if (!followers.TryGetValue(id, out var list)) followers.Add(id, list = []);
                list.Add(edit);
            }
        }

        while (next.TryDequeue(out var edit))
        {
            attached.Add(edit.Id, edit);
            foreach (var follower in followers.GetValueOrDefault(edit.Id, []))
            {
                if (--missing[follower.Id] == 0) next.Enqueue(follower);
            }
        }

        return attached;
    }

    static List<ConcurrentPair> Pairs(EditGraph graph, IReadOnlyList<RegisterEdit> heads, FieldPolicy policy)
    {
        var settledBy = new Dictionary<(EntryId, EntryId), RegisterEdit>();
        var pairs = new List<ConcurrentPair>();
        foreach (var edit in graph.Edits.OrderBy(edit => edit.Instant))
        {
            foreach (var (first, second) in TwoOf(graph.Parents(edit)))
            {
                if (graph.Knew(second, first) || graph.Knew(first, second) || !settledBy.TryAdd((first.Id, second.Id), edit)) continue;
                pairs.Add(new(first, second, Decide([first, second], policy), edit));
            }
        }

        pairs.AddRange(TwoOf(heads).Select(pair => new ConcurrentPair(pair.First, pair.Second, Decide([pair.First, pair.Second], policy), null)));
        return pairs;
    }

    static IEnumerable<(RegisterEdit First, RegisterEdit Second)> TwoOf(IReadOnlyList<RegisterEdit> edits)
    {
        for (var i = 0; i < edits.Count; i++)
        {
            for (var j = i + 1; j < edits.Count; j++) yield return (edits[i], edits[j]);
        }
    }
}
