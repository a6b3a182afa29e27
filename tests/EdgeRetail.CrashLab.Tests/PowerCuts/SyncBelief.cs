namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>What a replay believes of the syncs in a recording. All but the first are the lab's own proof that it can fail.</summary>
enum SyncBelief
{
    /// <summary>A sync is a sync.</summary>
    AsRecorded,

    /// <summary>
    /// As <c>synchronous=NORMAL</c> would have recorded it: the write-ahead log is synced before a checkpoint and not at a
    /// commit.
    /// </summary>
    NormalForEntries,

    /// <summary>A card that says "synced" and is not.</summary>
    CardLies,
}
