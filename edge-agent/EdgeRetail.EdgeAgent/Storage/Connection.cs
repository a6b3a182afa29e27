using SQLitePCL;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>One SQLite connection with its prepared statements. Used by one thread at a time.</summary>
sealed class Connection : IDisposable
{
    readonly sqlite3 handle;
    readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    Connection(sqlite3 handle) => this.handle = handle;

    static Connection() => Batteries_V2.Init();

    /// <summary>The version of the SQLite that is linked, as it counts: 3.51.3 is 3051003.</summary>
    public static int LibraryVersionNumber => raw.sqlite3_libversion_number();

    public static string LibraryVersion => raw.sqlite3_libversion().utf8_to_string();

    public static Connection Open(string path, bool create)
    {
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var result = raw.sqlite3_open_v2(path, out var handle, flags, null);
        if (result != raw.SQLITE_OK)
        {
            var failure = Failure(handle, result);
            handle.Dispose();
            throw failure;
        }

        _ = raw.sqlite3_extended_result_codes(handle, 1);
        _ = raw.sqlite3_busy_timeout(handle, 5_000);
        return new(handle);
    }

    /// <summary>The statement for this text, prepared at first use. In use until it is disposed.</summary>
    public Statement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            var result = raw.sqlite3_prepare_v3(handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared);
            if (result != raw.SQLITE_OK) throw Failure(handle, result);
            statements.Add(sql, statement = new(handle, prepared));
        }

        if (statement.InUse) throw new InvalidOperationException($"The statement is in use already: {sql}");
        statement.InUse = true;
        return statement;
    }

    /// <summary>Runs statements that take nothing and give nothing.</summary>
    public void Execute(string sql)
    {
        var result = raw.sqlite3_exec(handle, sql);
        if (result != raw.SQLITE_OK) throw Failure(handle, result);
    }

    /// <summary>Runs a cached statement that takes nothing and gives nothing.</summary>
    public void Run(string sql)
    {
        using var statement = Prepare(sql);
        statement.Run();
    }

    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public string Word(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>Rows that the last statement inserted, changed or deleted.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(handle);

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Finalise();
        statements.Clear();
        handle.Dispose();
    }

    internal static StorageException Failure(sqlite3 database, int result) =>
        new(result & 0xFF, raw.sqlite3_extended_errcode(database), raw.sqlite3_errmsg(database).utf8_to_string());
}
