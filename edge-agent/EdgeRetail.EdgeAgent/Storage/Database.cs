using System.Collections.Concurrent;
using System.Globalization;
using EdgeRetail.Contracts.Identifiers;
using SQLitePCL;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>
/// The ledger's file: one writer at a time in the process, any number of readers, each in one snapshot. A transaction is
/// committed as a whole or leaves nothing. After an error of the disk the connections are given up and opened again, because
/// what a failed sync left behind is not known.
/// </summary>
sealed class Database : IDisposable
{
    const int LibraryVersionMin = 3_051_003;
    const int Wal = 4 << 20;

    readonly string path;
    readonly TimeProvider time;
    readonly IReadOnlyList<Migration> migrations;
    readonly Lock writing = new();
    readonly DiskWork diskWork;
    readonly ConcurrentBag<Connection> readers = [];
    Connection? synced;
    Connection? repeatable;
    bool disposed;

    Database(string path, TimeProvider time, IReadOnlyList<Migration> migrations)
    {
        this.path = path;
        this.time = time;
        this.migrations = migrations;
        diskWork = new(time);
    }

    /// <summary>Told, inside the write lock, that the connections were opened again: what memory holds of the file may be ahead of it or behind.</summary>
    public Action<Connection>? Reopened { get; set; }

    /// <summary>Told what is wrong with the file where reading or writing came upon it.</summary>
    public Action<string>? DamageFound { get; set; }

    /// <summary>Asked for room when the disk is full; true where some was given, and the write is tried once more.</summary>
    public Func<bool>? MakeRoom { get; set; }

    /// <summary>Opens the file and brings its schema up to this build's.</summary>
    /// <exception cref="LedgerException">LEDGER_DAMAGED, LEDGER_NEWER_VERSION, LEDGER_UNUSABLE.</exception>
    public static Database Open(string path, TimeProvider time, IReadOnlyList<Migration>? migrations = null)
    {
        RequireLibrary(Connection.LibraryVersionNumber, Connection.LibraryVersion);
        var database = new Database(path, time, migrations ?? Migration.All);
        try
        {
            database.synced = database.OpenWriter(Durability.Synced);
            database.Migrate(database.synced);
            return database;
        }
        catch (StorageException e)
        {
            database.Dispose();
            throw Translate(e, path);
        }
        catch (LedgerException)
        {
            database.Dispose();
            throw;
        }
    }

    public long Bytes => new FileInfo(path).Length;

    /// <summary>How long the write that is under way has taken so far; zero where none is.</summary>
    public TimeSpan WriteLasts => diskWork.Lasts;

    /// <summary>Runs the work in a transaction, commits it, and returns what it returned; or leaves nothing and throws.</summary>
    /// <exception cref="LedgerException">LEDGER_DISK_FULL, LEDGER_DAMAGED, LEDGER_WRITE_FAILED; whether a commit that failed reached the disk shows after the next opening.</exception>
    public T Write<T>(Durability durability, Func<WriteTransaction, T> work) => Commit(durability, checkReferences: true, work);

    /// <summary>
    /// As <see cref="Write"/> with <see cref="Durability.Repeatable"/>, for deleting rows together with all that refers to them:
    /// without looking for references, which for each row would be a search through tables that have no index for it.
    /// </summary>
    public T WriteUnchecked<T>(Func<WriteTransaction, T> work) => Commit(Durability.Repeatable, checkReferences: false, work);

    /// <summary>Returns once no write is under way that began before. It writes nothing: a card wears.</summary>
    public void AwaitWriter()
    {
        lock (writing)
        {
            // Had.
        }
    }

    T Commit<T>(Durability durability, bool checkReferences, Func<WriteTransaction, T> work)
    {
        try
        {
            return CommitOnce(durability, checkReferences, work);
        }
        catch (LedgerException e) when (e.Code == LedgerException.DiskFull && MakeRoom?.Invoke() == true)
        {
            return CommitOnce(durability, checkReferences, work);
        }
    }

    T CommitOnce<T>(Durability durability, bool checkReferences, Func<WriteTransaction, T> work)
    {
        lock (writing)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var checksReferences = checkReferences;
            diskWork.Begins();
            try
            {
                var connection = Writer(durability);
                if (!checkReferences) connection.Run("PRAGMA foreign_keys = OFF");
                var transaction = new WriteTransaction(connection);
                connection.Run("BEGIN IMMEDIATE");
                T result;
                try
                {
                    result = work(transaction);
                    transaction.Completing();
                    connection.Run("COMMIT");
                }
                catch
                {
                    Undo(connection);
                    throw;
                }

                transaction.Committed();
                if (!checkReferences) connection.Run("PRAGMA foreign_keys = ON");
                checksReferences = true;
                return result;
            }
            catch (StorageException e) when (e.ResultCode != raw.SQLITE_CONSTRAINT)
            {
                CloseWriters();
                throw Told(Translate(e, path));
            }
            catch (LedgerException e)
            {
                _ = Told(e);
                throw;
            }
            finally
            {
                // A connection that does not check references must not be used for anything else.
                if (!checksReferences) CloseWriters();
                diskWork.Ends();
            }
        }
    }

    /// <summary>Reads in one snapshot of what is committed.</summary>
    /// <exception cref="LedgerException">LEDGER_DAMAGED, LEDGER_UNUSABLE.</exception>
    public T Read<T>(Func<Connection, T> work)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Connection? connection = null;
        try
        {
            if (!readers.TryTake(out connection)) connection = OpenReader();
            connection.Run("BEGIN");
            var result = work(connection);
            connection.Run("COMMIT");
            readers.Add(connection);
            return result;
        }
        catch (StorageException e)
        {
            connection?.Dispose();
            throw Told(Translate(e, path));
        }
        catch (LedgerException e)
        {
            connection?.Dispose();
            _ = Told(e);
            throw;
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Null where SQLite finds the file sound, else its first complaint.</summary>
    public string? FindDamage(bool thorough)
    {
        try
        {
            using var connection = OpenReader();
            var answer = connection.Word(thorough ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
            return answer == "ok" ? null : answer;
        }
        catch (StorageException e)
        {
            return e.Message;
        }
    }

    /// <summary>A row that refers to one that is not there; null where there is none.</summary>
    public string? FindDanglingReference() => Read(snapshot =>
    {
        using var row = snapshot.Prepare("PRAGMA foreign_key_check");
        return row.Step() ? $"a row of {row.Text(0)} refers to a row of {row.Text(2)} that is not there" : null;
    });

    /// <summary>An entry whose bytes are not those that were committed, which SQLite cannot see; null where there is none.</summary>
    public string? FindRottedEntry()
    {
        try
        {
            return Read(snapshot =>
            {
                using var rows = snapshot.Prepare("SELECT position, bytes, hash FROM entry ORDER BY position LIMIT $limit").Bind("$limit", long.MaxValue);
                while (rows.Step())
                {
                    var hash = rows.Blob(2);
                    if (hash.Length != Hash256.Length || Hash256.Of(rows.Blob(1)) != Hash256.Read(hash))
                        return string.Create(CultureInfo.InvariantCulture, $"the bytes at position {rows.Int64(0)} are not those that were committed");
                }

                return null;
            });
        }
        catch (LedgerException e) when (e.Code == LedgerException.Damaged)
        {
            return e.Message;
        }
    }

    public long LastPosition() => Read(snapshot => snapshot.Number("SELECT coalesce(max(position), 0) FROM entry"));

    public void Dispose()
    {
        lock (writing)
        {
            disposed = true;
            while (readers.TryTake(out var reader)) reader.Dispose();
            CloseWriters();
        }
    }

    internal static LedgerException Damaged(string path, string detail, Exception? cause = null) => new(
        LedgerException.Damaged,
        $"The ledger {path} is damaged: {detail}",
        "Stop the agent, copy the whole data directory to another disk and keep it: it may hold sales that the cloud does not have. Then call support with this message.",
        cause);

    Connection Writer(Durability durability)
    {
        if (synced is null)
        {
            synced = OpenWriter(Durability.Synced);
            Reopened?.Invoke(synced);
        }

        return durability == Durability.Synced ? synced : repeatable ??= OpenWriter(Durability.Repeatable);
    }

    Connection OpenWriter(Durability durability)
    {
        var connection = Connection.Open(path, create: true);
        try
        {
            Prepare(connection);
            connection.Execute($"PRAGMA journal_size_limit = {Wal}");
            connection.Execute(durability == Durability.Synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            RequireSettings(connection, durability, path);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    Connection OpenReader()
    {
        var connection = Connection.Open(path, create: false);
        try
        {
            Prepare(connection);
            connection.Execute("PRAGMA query_only = 1");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static void Prepare(Connection connection)
    {
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("PRAGMA foreign_keys = ON");
        connection.Execute("PRAGMA temp_store = MEMORY");
    }

    /// <summary>Before 3.51.3 a log that is reset at the wrong moment can corrupt the database: https://sqlite.org/wal.html#walresetbug.</summary>
    internal static void RequireLibrary(int number, string version)
    {
        if (number < LibraryVersionMin)
        {
            throw new LedgerException(
                LedgerException.Unusable, $"SQLite {version} is linked; the ledger needs 3.51.3 or later.", "Install the agent with the SQLite it was built with.");
        }
    }

    /// <summary>A setting that SQLite did not take is an error before the first sale and not a loss after it.</summary>
    internal static void RequireSettings(Connection connection, Durability durability, string path)
    {
        Require("PRAGMA journal_mode", "wal");
        Require("PRAGMA synchronous", durability == Durability.Synced ? "2" : "1");
        Require("PRAGMA foreign_keys", "1");

        void Require(string pragma, string expected)
        {
            var found = connection.Word(pragma);
            if (found != expected)
            {
                throw new LedgerException(
                    LedgerException.Unusable, $"{path}: {pragma} answers '{found}' where '{expected}' is needed for a sale to survive a power cut.", "Put the data directory on a local disk with an ordinary file system.");
            }
        }
    }

    void Migrate(Connection connection)
    {
        var newest = migrations[^1].Version;
        var version = connection.Number("PRAGMA user_version");
        if (version > newest)
        {
            throw new LedgerException(
                LedgerException.NewerVersion,
                string.Create(CultureInfo.InvariantCulture, $"The ledger has schema version {version}, this agent knows versions up to {newest}."),
                "Install the newer agent again; the ledger is untouched.");
        }

        connection.Execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 BLOB NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT");
        foreach (var migration in migrations)
        {
            if (migration.Version <= version) AssertUnchanged(connection, migration);
            else Run(connection, migration);
        }
    }

    void AssertUnchanged(Connection connection, Migration migration)
    {
        using var recorded = connection.Prepare("SELECT sha256 FROM migration WHERE version = $version");
        if (!recorded.Bind("$version", migration.Version).Step() || Hash256.Read(recorded.Blob(0)) != migration.Hash)
        {
            throw new LedgerException(
                LedgerException.Unusable, $"The ledger {path} was made by another migration {migration.Name} than this agent has.", "Install the agent that made it; the ledger is untouched.");
        }
    }

    void Run(Connection connection, Migration migration)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute(migration.Sql);
            using (var record = connection.Prepare("INSERT INTO migration (version, name, sha256, applied_at_ms) VALUES ($version, $name, $sha256, $now)"))
            {
                record.Bind("$version", migration.Version).Bind("$name", migration.Name).Bind("$sha256", migration.Hash.ToByteArray())
                    .Bind("$now", time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
            }

            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migration.Version}"));
            connection.Execute("COMMIT");
        }
        catch
        {
            Undo(connection);
            throw;
        }
    }

    static void Undo(Connection connection)
    {
        try
        {
            if (connection.InTransaction) connection.Run("ROLLBACK");
        }
        catch (StorageException)
        {
            // The error that led here is the one to tell; the transaction goes with the connection.
        }
    }

    void CloseWriters()
    {
        // The NORMAL one first: the last connection to close checkpoints, and that one syncs.
        repeatable?.Dispose();
        repeatable = null;
        synced?.Dispose();
        synced = null;
    }

    LedgerException Told(LedgerException e)
    {
        if (e.Code == LedgerException.Damaged) DamageFound?.Invoke(e.Message);
        return e;
    }

    static LedgerException Translate(StorageException e, string path) => e.ResultCode switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path, e.Message, e),
        raw.SQLITE_FULL => new(LedgerException.DiskFull, $"Cannot record, stop selling: the disk of {path} is full.", "Free space on it; nothing that was recorded is lost. Then do it again.", e),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(LedgerException.Busy, $"Another program holds {path}.", "End the program that has the ledger open, then do it again.", e),
        _ => new(LedgerException.WriteFailed, $"The ledger {path} cannot be used: {e.Message}", "Check the disk and who may write there, then do it again with the same command.", e),
    };
}
