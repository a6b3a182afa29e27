namespace EdgeRetail.Checker.History;

/// <summary>One line of the history file: something a person or a device was told, or a fault that was made.</summary>
public abstract record HistoryEvent(DateTimeOffset At)
{
    /// <summary>The seller was told "sold": the entry stands in this device's ledger from now on.</summary>
    public sealed record Confirmed(DateTimeOffset At, string Device, Guid EntryId, string? Receipt) : HistoryEvent(At);

    /// <summary>The device was told that the cloud holds its stream up to here. The chain is null where it was not seen.</summary>
    public sealed record Acknowledged(DateTimeOffset At, string Device, Guid Stream, long Through, string? Chain) : HistoryEvent(At);

    /// <summary>A fault lasted from <see cref="HistoryEvent.At"/> to <see cref="Until"/>; the entries are those that only destroyed or rolled-back media held.</summary>
    public sealed record Fault(DateTimeOffset At, DateTimeOffset Until, string Kind, string Target, IReadOnlyList<Guid> MayLose) : HistoryEvent(At)
    {
        /// <summary>The target's disk was put back to an earlier image: what it says may step back.</summary>
        public const string MediaRolledBack = "media rolled back";

        /// <summary>The cloud's database was put back to an earlier state of its own: what it acknowledged to a device may step back once.</summary>
        public const string CloudSetBack = "cloud set back";
    }

    /// <summary>What a device's status said of its outbox at that time, and whether it claimed that all is sent.</summary>
    public sealed record StatusShown(DateTimeOffset At, string Device, long OutboxCount, long LastSequence, long AcknowledgedThrough, bool AllSent) : HistoryEvent(At);

    /// <summary>Every outbox was seen empty.</summary>
    public sealed record Drained(DateTimeOffset At) : HistoryEvent(At);
}
