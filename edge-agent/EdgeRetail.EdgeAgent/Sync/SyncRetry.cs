namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>When the next call is made after one ended.</summary>
public enum SyncRetry
{
    /// <summary>The cloud asked for it: after the delay it named, and no failure.</summary>
    Reconnect,

    /// <summary>A new Hello settles it: at once, with back-off where that repeats without progress.</summary>
    Hello,

    /// <summary>Exponential back-off with full jitter, not before what the cloud named.</summary>
    BackOff,

    /// <summary>A person or another release has to act first: seldom.</summary>
    Slow,

    /// <summary>The device was told to stop.</summary>
    Stopped,
}
