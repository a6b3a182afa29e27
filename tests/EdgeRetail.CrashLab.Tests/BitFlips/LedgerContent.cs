using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.CrashLab.Tests.BitFlips;

/// <summary>Everything that the tables of a ledger say, row by row; what lies in unused bytes of pages is not in it.</summary>
static class LedgerContent
{
    const string TablesSql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'product_search%' ORDER BY name";

    /// <summary>By table; null where SQLite refuses to read it or finds it broken.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>>? Read(string ledger, out string? refusal)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = ledger, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            refusal = Rows(connection, "PRAGMA integrity_check(1)")[0];
            if (refusal != "ok") return null;
            refusal = null;
            return Rows(connection, TablesSql).ToDictionary(table => table, table => (IReadOnlyList<string>)Rows(connection, $"SELECT * FROM \"{table}\""), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or FormatException)
        {
            refusal = e.Message;
            return null;
        }
    }

    /// <summary>The first table that differs; null where all are equal.</summary>
    public static string? FirstDifference(IReadOnlyDictionary<string, IReadOnlyList<string>> one, IReadOnlyDictionary<string, IReadOnlyList<string>> other) =>
        one.Keys.Union(other.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .FirstOrDefault(table => !one.TryGetValue(table, out var here) || !other.TryGetValue(table, out var there) || !here.SequenceEqual(there, StringComparer.Ordinal));

    static List<string> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var rows = new List<string>();
        while (row.Read()) rows.Add(string.Join('|', Enumerable.Range(0, row.FieldCount).Select(column => Text(row.GetValue(column)))));
        return rows;
    }

    static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
