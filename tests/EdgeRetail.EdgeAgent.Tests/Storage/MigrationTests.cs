using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Storage;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.EdgeAgent.Tests.Storage;

/// <summary>A ledger of the first schema, with entries that wait to be sent, becomes one of today's; also when any step of that is cut off.</summary>
sealed class MigrationTests : AgentFixture
{
    const int Queued = 300;

    static IEnumerable<object[]> Done =>
        Migration.All.Skip(1).SelectMany(migration => Enumerable.Range(0, Split(migration.Sql).Count() + 1).Select(done => new object[] { migration.Version, done }));

    static IEnumerable<object[]> Failing =>
        Migration.All.Skip(1).SelectMany(migration => Enumerable.Range(0, Split(migration.Sql).Count()).Select(failing => new object[] { migration.Version, failing }));

    [TestCaseSource(nameof(Done))]
    public void A_migration_killed_at_any_statement_is_made_by_the_next_start_and_no_queued_entry_changes(int version, int done)
    {
        var bytes = MakeSchema(version - 1);
        using (var killed = Open(LedgerFile))
        {
            // So few pages in memory that what is not committed reaches the log, as it may on a small machine.
            Execute(killed, "PRAGMA journal_mode = WAL; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE");
            foreach (var statement in Split(Migration.All[version - 1].Sql).Take(done)) Execute(killed, statement);

            // The process is gone: what is on the disk is all there is.
            foreach (var suffix in new[] { "", "-wal" })
            {
                if (File.Exists(LedgerFile + suffix)) File.Copy(LedgerFile + suffix, Path.Combine(Directory, "killed.db" + suffix));
            }
        }

        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(LedgerFile + suffix);
            if (File.Exists(Path.Combine(Directory, "killed.db" + suffix))) File.Move(Path.Combine(Directory, "killed.db" + suffix), LedgerFile + suffix);
        }

        Agent = Agent.Open(Options, Time);
        Assert.That((Agent.Salvaged, Agent.Ledger.HelloState().Fork), Is.EqualTo(((EdgeAgent.Salvage.SalvageReport?)null, (EdgeAgent.Ledger.ForkReason?)null)));
        Assert.That(Agent.Outbox.ReadBatch(0, 1000, int.MaxValue)!.Entries.Select(entry => entry.ToArray()), Is.EqualTo(bytes));
        Assert.That(SellMilk().Receipt!.ToString(), Is.EqualTo($"T1-1-{Queued + 1:D6}"));
        Assert.That(Broken(), Is.Empty);
    }

    [TestCaseSource(nameof(Failing))]
    public void A_migration_that_fails_at_any_statement_leaves_the_schema_before_and_is_made_when_the_cause_is_gone(int version, int failing)
    {
        var bytes = MakeSchema(version - 1);
        var statements = Split(Migration.All[version - 1].Sql).ToList();
        using (var connection = Open(LedgerFile))
        {
            Execute(connection, "BEGIN IMMEDIATE");
            foreach (var statement in statements.Take(failing)) Execute(connection, statement);
            Assert.That(() => Execute(connection, $"SELECT no_such_thing; {statements[failing]}"), Throws.TypeOf<SqliteException>());
            Execute(connection, "ROLLBACK");
        }

        Assert.That((Scalar("PRAGMA user_version"), Scalar("SELECT count(*) FROM entry")), Is.EqualTo(((long)version - 1, (long)Queued)));
        Agent = Agent.Open(Options, Time);
        Assert.That(Agent.Outbox.ReadBatch(0, 1000, int.MaxValue)!.Entries.Select(entry => entry.ToArray()), Is.EqualTo(bytes));
        Assert.That(Broken(), Is.Empty);
    }

    List<byte[]> MakeSchema(int version)
    {
        var bytes = MakeFirstSchema();
        if (version > 1) Database.Open(LedgerFile, Time, [.. Migration.All.Take(version)]).Dispose();
        return bytes;
    }

    /// <summary>Made by the first migration's SQL alone, as the first release left it.</summary>
    List<byte[]> MakeFirstSchema()
    {
        Agent.Dispose();
        foreach (var file in new[] { "ledger.db", "ledger.db-wal", "ledger.db-shm", "hwm", "identity.json" }) File.Delete(Path.Combine(Directory, file));
        var first = Migration.All[0];
        using var connection = Open(LedgerFile);
        Execute(connection, "PRAGMA journal_mode = WAL; CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 BLOB NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT; BEGIN");
        Execute(connection, first.Sql);
        Execute(connection, "INSERT INTO migration VALUES (1, $name, $hash, 0)", ("$name", first.Name), ("$hash", first.Hash.ToByteArray()));
        Execute(connection, "INSERT INTO feed VALUES (1, 1, 0, $hash, NULL), (2, 0, 0, $hash, NULL)", ("$hash", FeedHash.Start.ToByteArray()));
        var bytes = new List<byte[]>();
        var chain = ChainHash.Start(Stream);
        Execute(connection, "INSERT INTO stream VALUES ($id, 0, 1, 0, $chain, 0, $chain, 0, 0)", ("$id", Stream.ToByteArray()), ("$chain", chain.ToByteArray()));
        for (var i = 1; i <= Queued; i++)
        {
            var header = new EntryHeader(
                Store, 1, new(7), "ann", new HybridTimestamp(Time.GetUtcNow().ToUnixTimeMilliseconds() - Queued + i, 0), Time.GetUtcNow(), 1, 1, ClockQuality.Trusted, new DateOnly(2026, 6, 1), "2026a");
            var encoded = EntryCodec.Encode(new SaleRecorded(
                header, new("T1", "1", i), [new(Milk, Quantity.Each(1), Eur(129), Eur(129), 0, "milk", true)], Eur(129), [new(TenderKind.Cash, Eur(129))]));
            bytes.Add(encoded.Bytes.ToArray());
            chain = chain.Append(i, encoded.Hash);
            Execute(
                connection, $"INSERT INTO entry VALUES ($at, $id, 1, {(int)EntryKind.SaleRecorded}, $bytes, $hash)", ("$at", i), ("$id", encoded.Id.ToByteArray()), ("$bytes", bytes[^1]), ("$hash", encoded.Hash.ToByteArray()));
            Execute(connection, "INSERT INTO pending VALUES ($at, $product, 1, -1000); INSERT INTO receipt VALUES ('1', $at, $at)", ("$at", i), ("$product", Milk.Value));
            if (i % 256 == 0) Execute(connection, "INSERT INTO chain_checkpoint VALUES ($id, $at, $chain)", ("$id", Stream.ToByteArray()), ("$at", i), ("$chain", chain.ToByteArray()));
        }

        Execute(connection, "UPDATE stream SET last_sequence = $last, last_chain = $chain", ("$last", Queued), ("$chain", chain.ToByteArray()));
        Execute(
            connection, """
            INSERT INTO identity (singleton, device_id, device_code, store_id, assignment_version, store_name, currency, time_zone, day_cut_off_minutes, settings_version, cloud_address,
                                  receipt_series, next_receipt_number, hlc, last_good_time_ms)
            VALUES (1, 7, 'T1', 1, 1, 'Corner shop', 'EUR', 'Europe/Berlin', 240, 1, 'http://127.0.0.1:5001/', '1', $next, $hlc, $good);
            PRAGMA user_version = 1;
            COMMIT
            """,
            ("$next", Queued + 1), ("$hlc", new HybridTimestamp(Time.GetUtcNow().ToUnixTimeMilliseconds(), 0).Packed), ("$good", Time.GetUtcNow().ToUnixTimeMilliseconds()));
        return bytes;
    }

    /// <summary>By the ends of statements; a trigger's body has its end on a line of its own.</summary>
    static IEnumerable<string> Split(string sql)
    {
        var statement = "";
        foreach (var line in sql.Split('\n'))
        {
            if (line.StartsWith("--", StringComparison.Ordinal) || line.Length == 0) continue;
            statement += line + "\n";
            if (!line.EndsWith(';')) continue;
            yield return statement;
            statement = "";
        }
    }

    static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=True");
        connection.Open();
        return connection;
    }

    static void Execute(SqliteConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
