namespace EdgeRetail.CloudSync.Merge;

/// <summary>How an entry's effective time was found; the numbers stand in the journal.</summary>
public enum EffectiveTimeSource : short
{
    /// <summary>The entry's own clock.</summary>
    Hlc = 1,

    /// <summary>Its wall time, corrected by its boot's offset record.</summary>
    Corrected = 2,

    /// <summary>Its clock was ahead, or it has none that reads: not later than receipt and the clock bound.</summary>
    Clamped = 3,

    /// <summary>Its clock stood behind the same device's entry before it: one tick after that.</summary>
    Raised = 4,
}
