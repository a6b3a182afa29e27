using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace EdgeRetail.CloudSync.Tests.Storage;

/// <summary>A database's tables, columns, keys and indexes as text, from PostgreSQL's own catalogue.</summary>
public static class SchemaText
{
    const string ColumnsSql = """
        SELECT c.relname, a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
             || CASE WHEN a.attcollation = 'pg_catalog."C"'::regcollation THEN ' collate C' ELSE '' END
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\_\_%'
        ORDER BY c.relname, a.attnum
        """;

    const string ConstraintsSql = """
        SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c') AND conrelid::regclass::text NOT LIKE '"\_\_%'
        ORDER BY 1, 2
        """;

    const string IndexesSql = """
        SELECT tablename::text, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_%' ORDER BY tablename, indexname
        """;

    const string OptionsSql = """
        SELECT relname::text, array_to_string(reloptions, ', ') FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL ORDER BY relname
        """;

    public static async Task<string> OfAsync(DbContext context)
    {
        await context.Database.OpenConnectionAsync();
        var connection = context.Database.GetDbConnection();
        var text = new StringBuilder();
        foreach (var (title, sql) in new[] { ("columns", ColumnsSql), ("constraints", ConstraintsSql), ("indexes", IndexesSql), ("options", OptionsSql) })
        {
            text.Append("## ").Append(title).Append('\n');
            var table = "";
            await foreach (var (name, line) in RowsAsync(connection, sql))
            {
                if (name != table) text.Append(table = name).Append('\n');
                text.Append("  ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    static async IAsyncEnumerable<(string Table, string Line)> RowsAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) yield return (reader.GetString(0), reader.GetString(1));
    }
}
