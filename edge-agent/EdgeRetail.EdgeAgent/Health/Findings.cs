namespace EdgeRetail.EdgeAgent.Health;

/// <summary>What a check found about one invariant: it holds unless something broke it.</summary>
sealed class Findings(string id, string title)
{
    const int ShownMax = 3;

    readonly List<string> shown = [];
    string note = "";
    long broken;

    public void Broken(string detail)
    {
        if (broken++ < ShownMax) shown.Add(detail);
    }

    /// <summary>What was looked at, said where nothing is broken.</summary>
    public void Note(string text) => note = text;

    public InvariantResult Result() => broken switch
    {
        0 => new(id, title, true, false, note),
        <= ShownMax => new(id, title, false, false, string.Join("; ", shown)),
        _ => new(id, title, false, false, $"{string.Join("; ", shown)}; and {broken - ShownMax} more"),
    };
}
