namespace EdgeRetail.Simulation;

/// <summary>A rule of the protocol that the simulator, and only it, can take out, to see that its absence is noticed.</summary>
[Flags]
public enum ProtocolRule
{
    None = 0,

    /// <summary>An entry that the journal has under its id is dropped.</summary>
    DeDuplication = 1 << 0,

    /// <summary>Own entries stay pending until the feed covers them, not until they are acknowledged.</summary>
    OwnMarker = 1 << 1,

    /// <summary>Everything retained goes up again under a new stream, not only what was not acknowledged.</summary>
    RestampAll = 1 << 2,

    /// <summary>A row of the feed covers the own entry that it names.</summary>
    CoverageById = 1 << 3,

    /// <summary>Two ledgers that take turns are held.</summary>
    CloneHold = 1 << 4,

    /// <summary>A batch that leaves sequences out is refused.</summary>
    GapCheck = 1 << 5,

    /// <summary>What the cache covers stays covered under a new stream.</summary>
    CarriedCoverage = 1 << 6,

    /// <summary>Only what is durable is pruned.</summary>
    RetainUntilDurable = 1 << 7,

    /// <summary>A cursor of another history is refused.</summary>
    FeedHistory = 1 << 8,

    /// <summary>Chains are compared, by both sides.</summary>
    Chain = 1 << 9,

    /// <summary>A marker or an answer behind what was acknowledged ends the session.</summary>
    IdleDiscovery = 1 << 10,

    /// <summary>The marker's chain is compared.</summary>
    MarkerChain = 1 << 11,

    /// <summary>Only the newest session's batches are taken.</summary>
    Fence = 1 << 12,

    /// <summary>A batch that does not give the chain hash which the device says is refused.</summary>
    BatchCheck = 1 << 13,
}
