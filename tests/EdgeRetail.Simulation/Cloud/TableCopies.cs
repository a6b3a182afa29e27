using Npgsql;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>
/// Copies the rows of every table out of a database and in again, as the server writes them: what a restore does to the rows,
/// in milliseconds. Sequences go on from where they are, so that no id comes twice.
/// </summary>
sealed class TableCopies
{
    const string ReadTablesSql = """
        SELECT format('%I', c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> '__EFMigrationsHistory' ORDER BY c.relname
        """;

    readonly NpgsqlConnection connection;
    readonly IReadOnlyList<string> tables;
    readonly string truncateSql;

    public TableCopies(NpgsqlConnection connection)
    {
        this.connection = connection;
        using var command = new NpgsqlCommand(ReadTablesSql, connection);
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        tables = names;
        truncateSql = $"TRUNCATE {string.Join(", ", names)}";
    }

    public IReadOnlyList<byte[]> Take()
    {
        using var transaction = connection.BeginTransaction();
        var copies = tables.Select(Take).ToArray();
        transaction.Commit();
        return copies;
    }

    byte[] Take(string table)
    {
        using var rows = new MemoryStream();
        using (var copy = connection.BeginRawBinaryCopy($"COPY {table} TO STDOUT (FORMAT BINARY)")) copy.CopyTo(rows);
        return rows.ToArray();
    }

    /// <summary>The tables hold these rows and no others.</summary>
    public void Put(IReadOnlyList<byte[]> copies)
    {
        using var transaction = connection.BeginTransaction();
        Execute(truncateSql);
        // Rows come table by table, not in the order of their references; all of them were there together.
        Execute("SET LOCAL session_replication_role = replica");
        for (var index = 0; index < tables.Count; index++)
        {
            using var copy = connection.BeginRawBinaryCopy($"COPY {tables[index]} FROM STDIN (FORMAT BINARY)");
            copy.Write(copies[index]);
        }

        transaction.Commit();
    }

    void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
