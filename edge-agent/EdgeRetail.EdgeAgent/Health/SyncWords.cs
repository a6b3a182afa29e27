using System.Globalization;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>The sync state in a sentence for the people at the till; the same on every surface. Pure.</summary>
public static class SyncWords
{
    /// <summary>The sentence at <paramref name="now"/>, with <paramref name="outboxCount"/> entries not acknowledged.</summary>
    public static string For(SyncStatus status, long outboxCount, DateTimeOffset now) => status.State switch
    {
        SyncState.Connected when outboxCount == 0 => "All sales are sent.",
        SyncState.Connected => $"Connected; sending {Entries(outboxCount)}.",
        SyncState.Connecting when outboxCount == 0 => "All sales are sent. Connecting.",
        SyncState.Connecting => $"Connecting; {Entries(outboxCount)} to send.",
        SyncState.Offline => $"{Waiting(outboxCount)} The cloud cannot be reached; selling goes on.{NextTry(status.NextAttemptAt - now)}",
        SyncState.Held => $"{Waiting(outboxCount)} The cloud refuses this device ({status.LastErrorCode}); selling goes on, tell support.",
        _ => $"{Waiting(outboxCount)} Sync is not running.",
    };

    static string Waiting(long outboxCount) => outboxCount == 0 ? "All sales are sent." : $"{Entries(outboxCount)} to send.";

    static string Entries(long count) => count == 1 ? "1 entry" : $"{count.ToString("N0", CultureInfo.InvariantCulture)} entries";

    static string NextTry(TimeSpan? until) => until switch
    {
        null => "",
        { TotalSeconds: < 1.5 } => " Next try now.",
        { TotalSeconds: < 100 } => $" Next try in {until.Value.TotalSeconds:0} s.",
        _ => $" Next try in {until.Value.TotalMinutes:0} min.",
    };
}
