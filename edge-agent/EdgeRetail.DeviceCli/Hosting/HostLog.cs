namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>What the host itself has to say.</summary>
static partial class HostLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "At opening: {Note}")]
    public static partial void LogOpening(this ILogger logger, string note);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The loop that syncs does not come round; the supervisor is not told any more that this agent is alive")]
    public static partial void LogSyncStuck(this ILogger logger);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Nothing moved in two sessions: the agent opens everything anew")]
    public static partial void LogStandstill(this ILogger logger);
}
