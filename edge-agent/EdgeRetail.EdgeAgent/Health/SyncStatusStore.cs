using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>
/// How the session stands: in memory for whoever shows it; last contact and last error also on disk, so that `status` shows
/// them after a restart. A disk that refuses them stops nothing: they are written with the next update.
/// </summary>
public sealed class SyncStatusStore
{
    const string ReadSql = "SELECT last_contact_at_ms, last_error_code, last_error_message, last_error_at_ms FROM sync_status WHERE singleton = 1";
    const string SaveSql = """
        INSERT INTO sync_status (singleton, last_contact_at_ms, last_error_code, last_error_message, last_error_at_ms)
        VALUES (1, $contact, $code, $message, $at)
        ON CONFLICT (singleton) DO UPDATE SET last_contact_at_ms = excluded.last_contact_at_ms, last_error_code = excluded.last_error_code,
               last_error_message = excluded.last_error_message, last_error_at_ms = excluded.last_error_at_ms
        """;

    // A contact is worth a write to a flash card only so often; an error always.
    static readonly TimeSpan ContactInterval = TimeSpan.FromSeconds(15);

    readonly Database database;
    readonly Action<AgentChange> changed;
    readonly Lock updating = new();
    volatile SyncStatus current;
    SyncStatus persisted;

    internal SyncStatusStore(Database database, Action<AgentChange> changed)
    {
        this.database = database;
        this.changed = changed;
        current = persisted = database.Read(Read);
    }

    public SyncStatus Current => current;

    /// <summary>Why the disk does not hold what it should; null where it does.</summary>
    public LedgerException? NotKept { get; private set; }

    /// <summary>Replaces the status and tells whoever listens, where anything changed.</summary>
    public void Update(SyncStatus status)
    {
        lock (updating)
        {
            if (status == current) return;
            current = status;
            if (IsWorthKeeping(status)) Keep(status);
        }

        changed(AgentChange.SyncStatus);
    }

    void Keep(SyncStatus status)
    {
        try
        {
            database.Write(Durability.Repeatable, tx => Save(tx, status));
            persisted = status;
            NotKept = null;
        }
        catch (LedgerException e)
        {
            NotKept = e;
        }
    }

    bool IsWorthKeeping(SyncStatus status) =>
        status.LastErrorCode != persisted.LastErrorCode
        || status.LastErrorMessage != persisted.LastErrorMessage
        || (status.LastContactAt is { } contact && (persisted.LastContactAt is not { } before || contact - before >= ContactInterval || contact < before));

    static bool Save(WriteTransaction tx, SyncStatus status)
    {
        using var save = tx.Prepare(SaveSql);
        save.Bind("$contact", status.LastContactAt?.ToUnixTimeMilliseconds()).Bind("$code", status.LastErrorCode).Bind("$message", status.LastErrorMessage)
            .Bind("$at", status.LastErrorAt?.ToUnixTimeMilliseconds()).Run();
        return true;
    }

    static SyncStatus Read(Connection snapshot)
    {
        using var row = snapshot.Prepare(ReadSql);
        return row.Step()
            ? SyncStatus.None with { LastContactAt = Time(row.NullableInt64(0)), LastErrorCode = row.NullableText(1), LastErrorMessage = row.NullableText(2), LastErrorAt = Time(row.NullableInt64(3)) }
            : SyncStatus.None;
    }

    static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
