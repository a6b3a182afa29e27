namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>How a call can end, as far as the device makes a difference.</summary>
public enum CallStatus
{
    /// <summary>The cloud completed the call.</summary>
    Ok,

    /// <summary>No connection, or it broke.</summary>
    Unavailable,

    /// <summary>No answer in time.</summary>
    DeadlineExceeded,

    /// <summary>The cloud does not know the device's token.</summary>
    Unauthenticated,

    /// <summary>The cloud knows the device and does not let it in.</summary>
    PermissionDenied,

    /// <summary>The cloud sheds load.</summary>
    ResourceExhausted,

    /// <summary>Something answered that does not speak this protocol.</summary>
    Unimplemented,

    /// <summary>Something between the device and the cloud answered in its place.</summary>
    OtherAnswered,

    /// <summary>Anything else.</summary>
    Other,
}
