using System.Globalization;
using System.Text;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.Simulation.Devices;

/// <summary>
/// Releases of the agent to come. The migration of each rewrites tables that queued entries depend on and changes nothing that
/// people see: whatever differs afterwards, it lost or doubled.
/// </summary>
static class LaterReleases
{
    static readonly string[][] Statements =
    [
        [
            "ALTER TABLE entry ADD COLUMN of_release TEXT NULL",
            "CREATE TABLE pending_next (position INTEGER NOT NULL REFERENCES entry (position), product TEXT NOT NULL, store_id INTEGER NOT NULL, adjustment INTEGER NOT NULL, PRIMARY KEY (position, product)) STRICT, WITHOUT ROWID",
            "INSERT INTO pending_next SELECT position, product, store_id, adjustment FROM pending_row ORDER BY position, product",
            "DROP VIEW pending",
            "DROP TABLE pending_row",
            "ALTER TABLE pending_next RENAME TO pending_row",
            "CREATE VIEW pending AS SELECT position, product, store_id, adjustment FROM pending_row WHERE position > (SELECT covered_through FROM identity WHERE singleton = 1)",
            "CREATE INDEX pending_by_product ON pending_row (store_id, product, adjustment)",
            "CREATE TABLE receipt_next (series TEXT NOT NULL, number INTEGER NOT NULL, position INTEGER NOT NULL REFERENCES entry (position), PRIMARY KEY (series, number)) STRICT, WITHOUT ROWID",
            "INSERT INTO receipt_next SELECT series, number, position FROM receipt ORDER BY series, number",
            "DROP TABLE receipt",
            "ALTER TABLE receipt_next RENAME TO receipt",
        ],
        [
            "CREATE INDEX entry_by_hash ON entry (hash)",
            "CREATE TABLE checkpoint_next (stream_id BLOB NOT NULL REFERENCES stream (stream_id), sequence INTEGER NOT NULL, chain BLOB NOT NULL, PRIMARY KEY (stream_id, sequence)) STRICT, WITHOUT ROWID",
            "INSERT INTO checkpoint_next SELECT stream_id, sequence, chain FROM chain_checkpoint ORDER BY stream_id, sequence",
            "DROP TABLE chain_checkpoint",
            "ALTER TABLE checkpoint_next RENAME TO chain_checkpoint",
            "CREATE TABLE stock_next (generation INTEGER NOT NULL, store_id INTEGER NOT NULL, product TEXT NOT NULL, on_hand INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (generation, store_id, product)) STRICT, WITHOUT ROWID",
            "INSERT INTO stock_next SELECT generation, store_id, product, on_hand, version FROM cache_stock ORDER BY generation, store_id, product",
            "DROP TABLE cache_stock",
            "ALTER TABLE stock_next RENAME TO cache_stock",
        ],
    ];

    static readonly Migration[] Migrations = [.. Statements.Select((statements, index) => MigrationOf(index + 1, statements))];

    public static int Count => Statements.Length;

    /// <summary>All that the release knows; 0 is this one.</summary>
    public static IReadOnlyList<Migration> KnownTo(int release) => [.. Migration.All, .. Migrations.Take(release)];

    /// <summary>What the release does to a ledger of the one before.</summary>
    public static IReadOnlyList<string> StatementsOf(int release) => Statements[release - 1];

    static Migration MigrationOf(int release, string[] statements)
    {
        var sql = string.Join(";\n", statements) + ";\n";
        return new(Migration.All[^1].Version + release, string.Create(CultureInfo.InvariantCulture, $"release_{release}.sql"), sql, Hash256.Of(Encoding.UTF8.GetBytes(sql)));
    }
}
