using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>One SQLite connection with its prepared commands. Used by one thread at a time.</summary>
sealed class Connection : IDisposable
{
    const int BusySeconds = 5;

    readonly SqliteConnection connection;
    readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    Connection(SqliteConnection connection) => this.connection = connection;

    static Connection() => Batteries_V2.Init();

    /// <summary>The version of the SQLite that is linked, as it counts: 3.51.3 is 3051003.</summary>
    public static int LibraryVersionNumber => raw.sqlite3_libversion_number();

    public static string LibraryVersion => raw.sqlite3_libversion().utf8_to_string();

    public static Connection Open(string path, bool create) => Open(path, create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite);

    /// <summary>For a file that must stay as it is.</summary>
    public static Connection OpenReadOnly(string path) => Open(path, SqliteOpenMode.ReadOnly);

    static Connection Open(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds,
        };
        var connection = new SqliteConnection(text.ConnectionString);
        try
        {
            connection.Open();
            // SQLite waits for a lock by itself, with pauses that grow from a millisecond.
            _ = raw.sqlite3_busy_timeout(connection.Handle, BusySeconds * 1000);
            return new(connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw StorageException.Of(e);
        }
    }

    /// <summary>The statement for this text, prepared at first use. In use until it is disposed.</summary>
    public Statement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            var command = Command(sql);
            try
            {
                command.Prepare();
            }
            catch (SqliteException e)
            {
                command.Dispose();
                throw StorageException.Of(e);
            }

            statements.Add(sql, statement = new(command));
        }

        if (statement.InUse) throw new InvalidOperationException($"The statement is in use already: {sql}");
        statement.InUse = true;
        return statement;
    }

    /// <summary>Runs statements that take nothing and give nothing.</summary>
    public void Execute(string sql)
    {
        try
        {
            using var command = Command(sql);
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw StorageException.Of(e);
        }
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
    public int Changes => raw.sqlite3_changes(connection.Handle);

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(connection.Handle);

    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Finalise();
        statements.Clear();
        connection.Dispose();
    }

    SqliteCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
