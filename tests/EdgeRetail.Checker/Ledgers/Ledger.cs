using System.Data.Common;
using EdgeRetail.Checker.Bytes;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>
/// A device's ledger as it stands, read-only and within one read transaction: an agent may go on writing meanwhile. Never
/// opened as immutable, or what stands in the WAL would not be seen.
/// </summary>
sealed class Ledger : IDisposable
{
    const string IdentitySql = """
        SELECT device_id, device_code, store_id, assignment_version, receipt_series, next_receipt_number, hlc, session_token, cache_drift_count, covered_count
        FROM identity WHERE singleton = 1
        """;

    const string StreamsSql = """
        SELECT stream_id, base_position, is_current, last_sequence, last_chain, acknowledged_through, acknowledged_chain, durable_through, opened_because
        FROM stream ORDER BY opened_at_ms, is_current, stream_id
        """;

    readonly SqliteConnection connection;
    readonly SqliteTransaction transaction;

    Ledger(string directory, SqliteConnection connection)
    {
        Directory = directory;
        this.connection = connection;
        transaction = connection.BeginTransaction(deferred: true);
    }

    public string Directory { get; }

    public long DeviceId { get; private set; }

    public string DeviceCode { get; private set; } = "";

    public long StoreId { get; private set; }

    public long AssignmentVersion { get; private set; }

    /// <summary>Devices that this ledger belonged to before it was enrolled as another, by id: it holds what they recorded.</summary>
    public IReadOnlyDictionary<long, string> FormerDevices { get; private set; } = new Dictionary<long, string>();

    public string ReceiptSeries { get; private set; } = "";

    public long NextReceiptNumber { get; private set; }

    public ulong Hlc { get; private set; }

    public byte[]? SessionToken { get; private set; }

    public long CacheDriftCount { get; private set; }

    /// <summary>Entries that the ledger counts as no longer pending.</summary>
    public long CoveredCount { get; private set; }

    public IReadOnlyList<LedgerStream> Streams { get; private set; } = [];

    public LedgerStream? Current => Streams.FirstOrDefault(stream => stream.IsCurrent);

    public LedgerFeed StoreFeed { get; private set; } = LedgerFeed.None;

    public LedgerFeed CatalogueFeed { get; private set; } = LedgerFeed.None;

    public long EntryCount { get; private set; }

    /// <summary>Entries through this position were taken away, because nobody needed them any more.</summary>
    public long PrunedThrough { get; private set; }

    /// <summary>Entries of a damaged ledger before this one that could not be saved, as the device says itself.</summary>
    public long UnsavedCount { get; private set; }

    /// <summary>The stream that the prefix was pruned in; null where nothing was.</summary>
    public LedgerStream? PrunedIn => PrunedThrough == 0 ? null : Streams.Where(stream => stream.BasePosition < PrunedThrough).MaxBy(stream => stream.BasePosition);

    /// <summary>Confirmed to the seller and no longer here: the journal has to have them.</summary>
    public HashSet<EntryKey> ConfirmedAndPruned { get; } = [];

    public long LastPosition { get; private set; }

    public long PendingEntries { get; private set; }

    /// <summary>Entries above what the cloud acknowledged.</summary>
    public long OutboxCount => Current is { } stream ? stream.LastSequence - stream.AcknowledgedThrough : EntryCount;

    /// <exception cref="CheckInputException">There is no ledger, it does not open, or its tables are others.</exception>
    public static Ledger Open(string directory)
    {
        var path = Path.Combine(directory, "ledger.db");
        if (!File.Exists(path)) throw new CheckInputException("LEDGER_MISSING", $"There is no {path}. Name the device's data directory.");
        SqliteConnection? connection = null;
        try
        {
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ToString());
            connection.Open();
            var ledger = new Ledger(directory, connection);
            ledger.ReadState();
            return ledger;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw new CheckInputException("LEDGER_UNREADABLE", $"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether the device is, or was, this ledger's.</summary>
    public bool IsOf(long deviceId) => deviceId == DeviceId || FormerDevices.ContainsKey(deviceId);

    public SqliteCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }

    public long Scalar(string sql) => Read(Command(sql), reader => reader.GetInt64(0)).Single();

    public List<T> Read<T>(SqliteCommand command, Func<DbDataReader, T> read)
    {
        using (command)
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read()) rows.Add(read(reader));
            return rows;
        }
    }

    /// <summary>The sequence that the entry at this position has in the current stream.</summary>
    public long SequenceOf(long position) => position - (Current?.BasePosition ?? 0);

    public static byte[] Blob(DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static Digest? ReadDigest(DbDataReader reader, int column) =>
        !reader.IsDBNull(column) && Digest.TryRead(Blob(reader, column), out var digest) ? digest : null;

    public static Guid ReadUuid(DbDataReader reader, int column) => new(Blob(reader, column), bigEndian: true);

    public override string ToString() => DeviceCode;

    public void Dispose()
    {
        transaction.Dispose();
        connection.Dispose();
    }

    void ReadState()
    {
        var found = false;
        foreach (var _ in Read(Command(IdentitySql), reader =>
                 {
                     DeviceId = reader.GetInt64(0);
                     DeviceCode = reader.GetString(1);
                     StoreId = reader.GetInt64(2);
                     AssignmentVersion = reader.GetInt64(3);
                     ReceiptSeries = reader.GetString(4);
                     NextReceiptNumber = reader.GetInt64(5);
                     Hlc = (ulong)reader.GetInt64(6);
                     SessionToken = reader.IsDBNull(7) ? null : Blob(reader, 7);
                     CacheDriftCount = reader.GetInt64(8);
                     CoveredCount = reader.GetInt64(9);
                     return 0;
                 })) found = true;
        if (!found) throw new CheckInputException("LEDGER_NOT_ENROLLED", $"The ledger in {Directory} belongs to no device yet.");

        Streams = Read(Command(StreamsSql), reader => new LedgerStream(
            ReadUuid(reader, 0), reader.GetInt64(1), reader.GetInt64(2) == 1, reader.GetInt64(3), ReadDigest(reader, 4), reader.GetInt64(5), ReadDigest(reader, 6), reader.GetInt64(7), reader.GetString(8)));
        foreach (var (feed, version, hash) in Read(Command("SELECT feed, version, hash FROM feed"), reader => (reader.GetInt64(0), reader.GetInt64(1), ReadDigest(reader, 2) ?? default)))
        {
            if (feed == 1) StoreFeed = new(version, hash);
            if (feed == 2) CatalogueFeed = new(version, hash);
        }

        FormerDevices = Read(Command("SELECT device_id, device_code FROM former_device"), reader => (reader.GetInt64(0), reader.GetString(1))).ToDictionary(former => former.Item1, former => former.Item2);
        PrunedThrough = Scalar("SELECT pruned_through FROM retention");
        UnsavedCount = Scalar("SELECT coalesce(sum(unreadable_count), 0) FROM salvage");
        EntryCount = Scalar("SELECT count(*) FROM entry");
        LastPosition = Scalar("SELECT coalesce(max(position), 0) FROM entry");
        PendingEntries = Scalar("SELECT count(DISTINCT position) FROM pending");
    }
}
