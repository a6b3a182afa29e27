using System.Globalization;
using EdgeRetail.CrashLab.Tests.Device;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.CrashLab.Tests.Upgrades;

/// <summary>What the files of a ledger say as they lie there: the schema, how many entries wait to be sent, the number of the next receipt, and every entry with its bytes.</summary>
sealed record LedgerImage(long Version, string Schema, long Queued, long NextReceipt, IReadOnlyList<string> Entries)
{
    const string VersionSql = "PRAGMA user_version";
    const string QueuedSql = "SELECT last_sequence - acknowledged_through FROM stream WHERE is_current = 1";
    const string NextReceiptSql = "SELECT next_receipt_number FROM identity";
    const string EntriesSql = "SELECT position || ' ' || hex(entry_id) || ' ' || hex(hash) || ' ' || hex(bytes) FROM entry ORDER BY position";

    /// <summary>Of a copy: looking at a ledger ends what a process that was killed had left in its log.</summary>
    public static LedgerImage Read(LabDevice device)
    {
        var copy = device.CopyTo(device.Folder + ".looked-at");
        try
        {
            using var connection = Open(copy.LedgerFile);
            return new(Number(connection, VersionSql), Schemas.Of(connection), Number(connection, QueuedSql), Number(connection, NextReceiptSql), Lines(connection, EntriesSql));
        }
        finally
        {
            Directory.Delete(copy.Folder, recursive: true);
        }
    }

    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, ForeignKeys = false }.ToString());
        connection.Open();
        return connection;
    }

    public static IReadOnlyList<string> Lines(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var lines = new List<string>();
        while (row.Read()) lines.Add(row.GetString(0));
        return lines;
    }

    static long Number(SqliteConnection connection, string sql) => long.Parse(Lines(connection, sql)[0], CultureInfo.InvariantCulture);
}
