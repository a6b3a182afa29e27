namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>What becomes of writes that were not synced when the power went.</summary>
enum LossMode
{
    /// <summary>All are lost.</summary>
    None,

    /// <summary>All are kept.</summary>
    All,

    /// <summary>The first so many of each file are kept.</summary>
    Prefix,

    /// <summary>Each is kept or lost by itself: reordered.</summary>
    Subset,

    /// <summary>Each sector of 512 bytes is kept or lost by itself: torn and reordered.</summary>
    Torn,
}
