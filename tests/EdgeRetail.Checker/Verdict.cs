namespace EdgeRetail.Checker;

/// <summary>Collects what the passes see of one invariant. It holds only if some pass has looked at it and none found it broken.</summary>
sealed class Verdict(string id, string title, string? notYet, int offendersMax)
{
    readonly List<string> offenders = [];
    readonly List<string> details = [];
    bool observed;
    long broken;

    public string Id => id;

    /// <summary>Somebody has looked; the words say at what.</summary>
    public void Observed(string detail)
    {
        observed = true;
        details.Add(detail);
    }

    /// <summary>Words about what could not be looked at.</summary>
    public void NotObserved(string detail) => details.Add($"not observed: {detail}");

    public void Broken(string row)
    {
        broken++;
        if (offenders.Count < offendersMax) offenders.Add(row);
    }

    public InvariantResult Result()
    {
        bool? holds = notYet is not null ? null : broken > 0 ? false : observed ? true : null;
        var words = notYet is not null ? $"not yet: {notYet}" : details.Count == 0 ? "not observed" : string.Join("; ", details);
        return new(id, title, holds, notYet is not null, words, broken, offenders);
    }
}
