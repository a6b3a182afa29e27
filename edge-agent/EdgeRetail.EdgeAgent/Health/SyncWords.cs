using System.Globalization;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>The sync state in a sentence for the people at the till; the same on every surface. Pure.</summary>
public static class SyncWords
{
    /// <summary>The sentence at <paramref name="now"/>, with <paramref name="outboxCount"/> entries not acknowledged.</summary>
    public static string For(SyncStatus status, long outboxCount, DateTimeOffset now) => State(status, outboxCount, now) + Resyncing(status.Resync);

    static string Resyncing(ResyncProgress? resync) => resync switch
    {
        null => "",
        { RowsTotal: 0 } => " The stock is read anew; until then the figures before are shown.",
        { Rows: var rows, RowsTotal: var total } => $" The stock is read anew ({Number(Math.Min(rows, total))} of {Number(total)}); until then the figures before are shown.",
    };

    static string State(SyncStatus status, long outboxCount, DateTimeOffset now) => status.State switch
    {
        SyncState.Connected when outboxCount == 0 => "All sales are sent.",
        SyncState.Connected => $"Connected; sending {Entries(outboxCount)}.",
        SyncState.Connecting when outboxCount == 0 => "All sales are sent. Connecting.",
        SyncState.Connecting => $"Connecting; {Entries(outboxCount)} to send.",
        SyncState.Offline or SyncState.Held => $"{Waiting(outboxCount)} {Reason(status)}{(status.State == SyncState.Offline ? NextTry(status.NextAttemptAt - now) : "")}",
        _ => $"{Waiting(outboxCount)} Sync is not running.",
    };

    /// <summary>That selling goes on is said only where it does.</summary>
    static string Reason(SyncStatus status) => (status.LastErrorCode is { } code ? SyncAdvice.FaultOf(code) : SyncFault.Network) switch
    {
        SyncFault.Network => "The cloud cannot be reached; selling goes on.",
        SyncFault.Cloud => "The cloud has trouble of its own; selling goes on.",
        SyncFault.Between => "Something between this device and the cloud answers, such as a login page of the network; selling goes on.",
        SyncFault.Way => "Something on the way changes what this device and the cloud send each other, and nothing of that is taken; selling goes on.",
        SyncFault.Answer => "What answers at the cloud's address is not understood; selling goes on.",
        SyncFault.Address => $"The cloud's address cannot be used ({status.LastErrorCode}); selling goes on, tell support.",
        SyncFault.History => $"This device and the cloud hold different histories ({status.LastErrorCode}); selling goes on, it is put right by itself.",
        SyncFault.Release => $"This device and the cloud do not speak the same protocol ({status.LastErrorCode}); selling goes on, tell support.",
        SyncFault.Entry => $"An entry of this device cannot be sent ({status.LastErrorCode}); selling goes on, tell support.",
        SyncFault.Disk => "This device's disk is full; nothing that was recorded is lost, tell support.",
        SyncFault.Ledger => $"This device's own data cannot be used ({status.LastErrorCode}); tell support.",
        SyncFault.Refusal => Refused(status),
        // The cloud holds devices for reasons of later releases too; nothing else holds them without words of its own.
        _ when status.State == SyncState.Held => Refused(status),
        _ => $"Sync does not work now ({status.LastErrorCode}); selling goes on.",
    };

    static string Refused(SyncStatus status) => status.LastErrorCode == "CLONE_SUSPECTED"
        ? "The cloud holds this device, because a copy of it syncs too; selling goes on, tell support."
        : $"The cloud refuses this device ({status.LastErrorCode}); selling goes on, tell support.";

    static string Waiting(long outboxCount) => outboxCount == 0 ? "All sales are sent." : $"{Entries(outboxCount)} to send.";

    static string Entries(long count) => count == 1 ? "1 entry" : $"{Number(count)} entries";

    static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    static string NextTry(TimeSpan? until) => until switch
    {
        null => "",
        { TotalSeconds: < 1.5 } => " Next try now.",
        { TotalSeconds: < 100 } => $" Next try in {until.Value.TotalSeconds:0} s.",
        _ => $" Next try in {until.Value.TotalMinutes:0} min.",
    };
}
