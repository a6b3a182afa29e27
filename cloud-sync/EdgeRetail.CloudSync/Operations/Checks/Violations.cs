namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What checks found wrong, by invariant: all counted, the first ones kept in words.</summary>
public sealed class Violations
{
    public const int Kept = 20;

    readonly Dictionary<string, List<string>> words = [];
    readonly Dictionary<string, long> counts = [];

    public void Add(string invariant, string sentence)
    {
        counts[invariant] = Count(invariant) + 1;
        if (!words.TryGetValue(invariant, out var list)) words[invariant] = list = [];
        if (list.Count < Kept) list.Add(sentence);
    }

    public long Count(string invariant) => counts.GetValueOrDefault(invariant);

    public long Total => counts.Values.Sum();

    public IReadOnlyList<string> Of(string invariant) => words.GetValueOrDefault(invariant, []);
}
