namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What became of an entry that stood in quarantine: by which cloud entry, whose, when and why.</summary>
public sealed record Settlement(Guid EntryId, int StoreId, string Kind, Guid SettledBy, long Version, string Actor, string Reason, DateTimeOffset At)
{
    /// <summary>Safe against the worst restore of this deployment; until then a restore may take it back.</summary>
    public bool Durable { get; init; }
}
