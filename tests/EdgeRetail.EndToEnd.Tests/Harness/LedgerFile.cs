using Microsoft.Data.Sqlite;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>A device's ledger, by plain SQL.</summary>
sealed class LedgerFile(string path)
{
    public string Path { get; } = path;

    public T Scalar<T>(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open(readOnly: true);
        using var command = Command(connection, sql, parameters);
        return (T)Convert.ChangeType(command.ExecuteScalar()!, typeof(T));
    }

    public byte[]? Bytes(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open(readOnly: true);
        using var command = Command(connection, sql, parameters);
        return command.ExecuteScalar() as byte[];
    }

    public IReadOnlyList<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object Value)[] parameters)
    {
        using var connection = Open(readOnly: true);
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public HashSet<Guid> EntryIds() => [.. Rows("SELECT entry_id FROM entry ORDER BY position", reader => new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true))];

    /// <summary>Writes behind the agent's back, in one transaction; the agent must not run.</summary>
    public void Write(Action<Func<string, (string Name, object Value)[], int>> write)
    {
        using var connection = Open(readOnly: false);
        using var transaction = connection.BeginTransaction();
        write((sql, parameters) =>
        {
            using var command = Command(connection, sql, parameters);
            command.Transaction = transaction;
            return command.ExecuteNonQuery();
        });
        transaction.Commit();
    }

    SqliteConnection Open(bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 10,
        }.ToString());
        connection.Open();
        return connection;
    }

    static SqliteCommand Command(SqliteConnection connection, string sql, (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }
}
