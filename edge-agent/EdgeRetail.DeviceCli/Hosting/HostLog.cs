namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>What the host itself has to say.</summary>
static partial class HostLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "At opening: {Note}")]
    public static partial void LogOpening(this ILogger logger, string note);
}
