namespace EdgeRetail.Checker;

/// <summary>One verdict for each invariant.</summary>
sealed class Verdicts(int offendersMax)
{
    readonly Dictionary<string, Verdict> byId = InvariantTitles.All.ToDictionary(
        title => title.Id, title => new Verdict(title.Id, title.Title, title.NotYet, offendersMax), StringComparer.Ordinal);

    public Verdict this[string id] => byId[id];

    public IReadOnlyList<InvariantResult> Results() => [.. InvariantTitles.All.Select(title => byId[title.Id].Result())];
}
