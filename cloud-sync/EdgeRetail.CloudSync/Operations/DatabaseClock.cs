namespace EdgeRetail.CloudSync.Operations;

/// <summary>PostgreSQL's clock is the one clock that all replicas share.</summary>
static class DatabaseClock
{
    /// <summary>The milliseconds since 1970 by the server's clock, as SQL.</summary>
    public const string NowMs = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? Time(value) : null;
}
