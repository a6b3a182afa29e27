namespace EdgeRetail.Simulation;

/// <summary>What may go wrong in a run.</summary>
[Flags]
public enum Faults
{
    None = 0,

    /// <summary>A message of a call is gone although the call lives on.</summary>
    Loss = 1 << 0,

    /// <summary>A message of a call comes twice.</summary>
    Duplicate = 1 << 1,

    /// <summary>A message is overtaken by later ones.</summary>
    Reorder = 1 << 2,

    /// <summary>A batch comes once more minutes later, when other sessions have followed.</summary>
    Zombie = 1 << 3,

    /// <summary>A device is cut off for a while.</summary>
    Partition = 1 << 4,

    /// <summary>The device's program ends between two effects of its session.</summary>
    Crash = 1 << 5,

    /// <summary>The device loses power: what was not synced may be gone.</summary>
    PowerCut = 1 << 6,

    /// <summary>The device's disk is replaced by an older image of it.</summary>
    Image = 1 << 7,

    /// <summary>A copy of a device's disk is started beside it.</summary>
    Clone = 1 << 8,

    /// <summary>The cloud's database is restored to an earlier point; every call ends.</summary>
    Restore = 1 << 9,

    /// <summary>A standby that lagged takes over under the open calls.</summary>
    Failover = 1 << 10,

    /// <summary>A replica ends all its calls.</summary>
    Restart = 1 << 11,

    /// <summary>The cloud's database is away for a while.</summary>
    Away = 1 << 12,

    /// <summary>An entry that the cloud cannot merge.</summary>
    Poison = 1 << 13,

    /// <summary>A device's wall clock jumps, to 1970 and 2102 at the furthest.</summary>
    Clock = 1 << 14,

    /// <summary>A device's disk is full for a while.</summary>
    DiskFull = 1 << 15,

    /// <summary>A device is assigned to another store.</summary>
    Move = 1 << 16,

    /// <summary>A device's ledger is replaced by an older copy of it, and what stands beside it is not.</summary>
    LedgerSetBack = 1 << 17,

    /// <summary>The next release is put on a device, and is killed within its migration of the ledger.</summary>
    Migration = 1 << 18,

    /// <summary>A device is revoked by mistake, and enrolled again.</summary>
    Revoke = 1 << 19,

    /// <summary>A replica has too many batches waiting.</summary>
    Overload = 1 << 20,

    /// <summary>Replicas take smaller batches than they said.</summary>
    SmallBatches = 1 << 21,

    /// <summary>A failover takes a Hello back while the session that it opened goes on, and a copy of the device opens one of the same number.</summary>
    SameSession = 1 << 22,

    /// <summary>A device's clocks run fast or slow.</summary>
    Drift = 1 << 23,

    /// <summary>A row of a device's cache changes or goes, and nobody wrote to it.</summary>
    Rot = 1 << 24,

    /// <summary>A bit of an entry turns over on its way up.</summary>
    Corrupt = 1 << 25,

    /// <summary>A failover takes the opening of a new stream back, under the call in which it was opened.</summary>
    StreamLost = 1 << 26,

    All = (1 << 27) - 1,

    /// <summary>Those that draw from the chance that every run has had from the beginning: with them alone a seed goes the way that it always went.</summary>
    First = (1 << 19) - 1,
}
