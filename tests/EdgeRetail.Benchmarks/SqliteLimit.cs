using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.Benchmarks;

/// <summary>How fast SQLite itself takes the rows of a sale: the same inserts, prepared, WAL and synchronous=FULL, one transaction each.</summary>
sealed class SqliteLimit : IDisposable
{
    readonly SqliteConnection connection;
    readonly SqliteCommand insert;

    public SqliteLimit(string folder)
    {
        connection = new($"Data Source={Path.Combine(folder, "limit.db")};Pooling=false");
        connection.Open();
        using var schema = connection.CreateCommand();
        schema.CommandText = """
            PRAGMA journal_mode=wal; PRAGMA synchronous=full;
            CREATE TABLE entry(position INTEGER PRIMARY KEY, entry_id BLOB UNIQUE, store_id INTEGER, kind INTEGER, bytes BLOB, hash BLOB) STRICT;
            CREATE TABLE pending(position INTEGER, product TEXT, store_id INTEGER, adjustment INTEGER, PRIMARY KEY(position, product)) STRICT, WITHOUT ROWID;
            CREATE INDEX pending_by_product ON pending(store_id, product);
            CREATE TABLE receipt(series TEXT, number INTEGER, position INTEGER, PRIMARY KEY(series, number)) STRICT, WITHOUT ROWID;
            CREATE TABLE stream(id INTEGER PRIMARY KEY, last_sequence INTEGER, last_chain BLOB) STRICT;
            INSERT INTO stream VALUES(1, 0, zeroblob(32));
            """;
        schema.ExecuteNonQuery();
        insert = connection.CreateCommand();
        insert.CommandText = """
            BEGIN IMMEDIATE;
            INSERT INTO entry VALUES($position, $id, 1, 20, $bytes, $hash);
            INSERT INTO pending VALUES($position, $product, 1, -1000);
            INSERT INTO receipt VALUES('1', $position, $position);
            UPDATE stream SET last_sequence = $position, last_chain = $hash WHERE id = 1;
            COMMIT;
            """;
        foreach (var name in new[] { "$position", "$id", "$bytes", "$hash", "$product" }) insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        insert.Prepare();
    }

    public TimeSpan CommitSale(long position, byte[] id, byte[] bytes, byte[] hash, string product)
    {
        insert.Parameters["$position"].Value = position;
        insert.Parameters["$id"].Value = id;
        insert.Parameters["$bytes"].Value = bytes;
        insert.Parameters["$hash"].Value = hash;
        insert.Parameters["$product"].Value = product;
        var started = Stopwatch.GetTimestamp();
        insert.ExecuteNonQuery();
        return Stopwatch.GetElapsedTime(started);
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }
}
