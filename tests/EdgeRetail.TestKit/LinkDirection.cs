namespace EdgeRetail.TestKit;

/// <summary>Which way bytes go on a <see cref="TcpProxy"/>.</summary>
public enum LinkDirection
{
    /// <summary>From who connected to who listens: requests.</summary>
    Up,

    /// <summary>From who listens to who connected: responses.</summary>
    Down,
}
