using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// Tells a ledger that was set back, which forks and goes on, from two ledgers that share one identity, which fork each other
/// for ever. Without I/O. Forks whose Welcome was lost say nothing, so they do not count.
/// </summary>
public static class CloneSuspicion
{
    /// <summary>So many forks within a day, this one included, before anything is suspected.</summary>
    public const int ForksMin = 3;

    /// <summary>Why the fork that is about to be made means two living ledgers; null where it does not.</summary>
    public static string? Of(IReadOnlyList<StreamOpening> recent, StreamId? presented, StreamId current, long bootId, string fingerprint)
    {
        var forks = recent.Where(fork => fork.WasUsed).ToList();
        if (forks.Count + 1 < ForksMin) return null;
        if (presented is { } lineage && lineage != current && forks.Exists(fork => fork.Stream == lineage))
            return $"{forks.Count + 1} forks in a day, and the ledger of {lineage} goes on although another one took its place.";
        if (TakeTurns(forks.Select(fork => fork.BootId), bootId)) return $"{forks.Count + 1} forks in a day, by two boots of machines taking turns.";
        return TakeTurns(forks.Select(fork => fork.Fingerprint), fingerprint) ? $"{forks.Count + 1} forks in a day, by two machines taking turns." : null;
    }

    /// <summary>X, then something else, then X again.</summary>
    static bool TakeTurns<T>(IEnumerable<T> earlier, T now)
        where T : IEquatable<T>
    {
        var runs = new List<T>();
        foreach (var value in earlier.Append(now))
        {
            if (runs.Count == 0 || !runs[^1].Equals(value)) runs.Add(value);
        }

        return runs.Count >= ForksMin && runs[^3].Equals(now);
    }
}
