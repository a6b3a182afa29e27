namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>What became of an own edit.</summary>
public enum EditOutcome
{
    /// <summary>The cloud has not said anything about it yet.</summary>
    Pending,

    /// <summary>It is what the store shows.</summary>
    Won,

    /// <summary>Another, made without knowing it, counts.</summary>
    Lost,

    /// <summary>It waits with others for a person to decide.</summary>
    Undecided,

    /// <summary>It waits in the cloud for the edit that it was based on.</summary>
    Waiting,

    /// <summary>Somebody edited again since, on sight of it.</summary>
    Superseded,

    /// <summary>It stands in quarantine, and counts for nothing.</summary>
    Quarantined,
}
