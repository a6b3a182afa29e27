using EdgeRetail.EdgeAgent;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.CrashLab.Tests.Upgrades;

/// <summary>The device's schemas by their version, by the migrations' SQL as the product carries it.</summary>
static class Schemas
{
    const string Prefix = "Migrations/";
    const string SchemaSql = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema WHERE name <> 'migration' ORDER BY type, name";

    /// <summary>The migrations in their order: what the last of them makes is today's schema.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
        [.. typeof(Agent).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Sql)];

    public static long Newest => Migrations.Count;

    /// <summary>The schema after so many migrations.</summary>
    public static string At(long version)
    {
        using var connection = LedgerImage.Open(":memory:");
        foreach (var migration in Migrations.Take((int)version)) Execute(connection, migration);
        return Of(connection);
    }

    public static string Of(SqliteConnection connection) => string.Join('\n', LedgerImage.Lines(connection, SchemaSql));

    /// <summary>
    /// Makes a ledger of today one of the first schema, as the first release left it: the same rows, in what the first migration
    /// makes. No agent runs.
    /// </summary>
    public static void SetBackToFirst(string ledger)
    {
        var today = ledger + ".today";
        Assert.That(File.Exists(ledger + "-wal"), Is.False, "the agent that made it has ended in order");
        File.Move(ledger, today);
        using (var connection = LedgerImage.Open(ledger))
        {
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, $"ATTACH '{today}' AS today; BEGIN");
            Execute(connection, LedgerImage.Lines(connection, "SELECT sql FROM today.sqlite_schema WHERE name = 'migration'")[0]);
            Execute(connection, Migrations[0]);
            foreach (var table in LedgerImage.Lines(connection, "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'product_search%' AND name <> 'migration'"))
            {
                var columns = string.Join(", ", LedgerImage.Lines(connection, $"SELECT name FROM pragma_table_info('{table}', 'main') INTERSECT SELECT name FROM pragma_table_info('{table}', 'today')"));
                Execute(connection, $"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}");
            }

            Execute(connection, "INSERT INTO product_search (product_search) VALUES ('rebuild')");
            // As the product recorded it, with the hash that it looks for.
            Execute(connection, "INSERT INTO main.migration SELECT * FROM today.migration WHERE version = 1; PRAGMA main.user_version = 1; COMMIT; DETACH today");
        }

        File.Delete(today);
    }

    static string Sql(string name)
    {
        using var reader = new StreamReader(typeof(Agent).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
