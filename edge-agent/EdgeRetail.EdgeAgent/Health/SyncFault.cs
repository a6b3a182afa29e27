namespace EdgeRetail.EdgeAgent.Health;

/// <summary>Where the reason lies that sync does not go on.</summary>
public enum SyncFault
{
    /// <summary>A code that this release has no words for.</summary>
    Other,

    /// <summary>Nobody answers.</summary>
    Network,

    /// <summary>Something between this device and the cloud answers in its place.</summary>
    Between,

    /// <summary>What is sent arrives as something else.</summary>
    Way,

    /// <summary>The cloud answers and cannot serve.</summary>
    Cloud,

    /// <summary>Who answers is not the cloud, or makes no sense.</summary>
    Answer,

    /// <summary>The cloud's address is not one that may be called.</summary>
    Address,

    /// <summary>The cloud does not let this device in.</summary>
    Refusal,

    /// <summary>Device and cloud do not hold the same history.</summary>
    History,

    /// <summary>Device and cloud speak different protocols.</summary>
    Release,

    /// <summary>This device's disk has no space.</summary>
    Disk,

    /// <summary>This device's ledger cannot be used as it is.</summary>
    Ledger,

    /// <summary>An entry in the ledger, or the size of one, stands in the way.</summary>
    Entry,
}
