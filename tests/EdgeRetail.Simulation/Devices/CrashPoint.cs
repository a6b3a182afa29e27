namespace EdgeRetail.Simulation.Devices;

/// <summary>Where in a session the program ends: the moments at which most is under way.</summary>
enum CrashPoint
{
    /// <summary>The Welcome with a new stream is heard and not kept.</summary>
    BeforeRestamping,

    /// <summary>Everything stands under the new stream, and nobody knows but the disk.</summary>
    AfterRestamping,

    /// <summary>A page of a snapshot is stored.</summary>
    WhileReadingAnew,

    /// <summary>A page of the feed is laid over the snapshot, or the snapshot is shown.</summary>
    WhileLaying,
}
