using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The device's state in memory, equal to what is committed: a writer persists the next state in its transaction, and memory
/// follows after the commit. After a failed write it is read from the file again.
/// </summary>
sealed class DeviceStateStore
{
    const string ReadSql = """
        SELECT i.device_id, i.device_code, i.store_id, i.assignment_version, i.store_name, i.currency, i.time_zone, i.day_cut_off_minutes,
               i.settings_version, i.cloud_address, i.receipt_series, i.next_receipt_number, i.hlc, i.last_good_time_ms, i.incarnation, i.session_token,
               i.cache_drift_count, i.covered_count,
               s.stream_id, s.base_position, s.last_sequence, s.last_chain, s.acknowledged_through, s.acknowledged_chain, s.durable_through,
               f1.version, f1.hash, f1.applied_at_ms, f2.version, f2.hash, f2.applied_at_ms,
               (SELECT count(DISTINCT position) FROM pending),
               i.stock_generation, f1.checksum, r.pruned_through, i.new_stream_code, i.new_stream_message, s.opened_because, s.opened_at_ms, s.rewinds_through,
               i.covered_through, f2.checksum
        FROM identity i JOIN retention r ON r.singleton = 1 JOIN stream s ON s.is_current = 1 JOIN feed f1 ON f1.feed = 1 JOIN feed f2 ON f2.feed = 2
        """;
    const string SaveLedgerSql = "UPDATE identity SET hlc = $hlc, last_good_time_ms = $good, next_receipt_number = $receipt WHERE singleton = 1";
    const string SaveStreamSql = "UPDATE stream SET last_sequence = $last, last_chain = $chain WHERE stream_id = $stream";
    const string SaveAcknowledgedSql = """
        UPDATE stream SET acknowledged_through = $through, acknowledged_chain = $chain, durable_through = $durable, rewinds_through = $rewinds WHERE stream_id = $stream
        """;
    const string SaveSessionSql = "UPDATE identity SET session_token = $token, incarnation = $incarnation, hlc = $hlc, last_good_time_ms = $good WHERE singleton = 1";
    const string SaveSettingsSql = """
        UPDATE identity SET store_id = $store, assignment_version = $assignment, store_name = $name, currency = $currency, time_zone = $zone,
               day_cut_off_minutes = $cutoff, settings_version = $version, device_code = $code WHERE singleton = 1
        """;
    const string SaveCacheSql = "UPDATE identity SET cache_drift_count = $drift, covered_count = $covered, covered_through = $through, stock_generation = $generation WHERE singleton = 1";
    const string SaveFeedSql = "UPDATE feed SET store_id = $store, version = $version, hash = $hash, applied_at_ms = $applied WHERE feed = $feed";
    const string SaveChecksumSql = "UPDATE feed SET checksum = $checksum WHERE feed = $feed";
    const string SaveReceiptsSql = "UPDATE identity SET receipt_series = $series, next_receipt_number = $receipt WHERE singleton = 1";
    const string SaveForkSql = "UPDATE identity SET new_stream_code = $code, new_stream_message = $message WHERE singleton = 1";
    const string SavePrunedSql = "UPDATE retention SET pruned_through = $through WHERE singleton = 1";
    const string ForgetSnapshotSql = "DELETE FROM snapshot WHERE feed = 1";
    const string CloseStreamSql = "UPDATE stream SET is_current = 0 WHERE is_current = 1";
    const string OpenStreamSql = """
        INSERT INTO stream (stream_id, base_position, is_current, last_sequence, last_chain, acknowledged_through, acknowledged_chain, durable_through, opened_at_ms, opened_because)
        VALUES ($stream, $base, 1, $last, $chain, 0, $start, 0, $opened, $because)
        """;

    const int StoreFeed = 1;
    const int CatalogueFeed = 2;

    readonly Database database;
    readonly HighWaterFile? highWater;
    volatile DeviceState current;

    DeviceStateStore(Database database, DeviceState current, HighWaterFile? highWater)
    {
        this.database = database;
        this.current = current;
        this.highWater = highWater;
        database.Reopened = connection => this.current = Load(connection) ?? throw Missing();
    }

    /// <summary>What is committed.</summary>
    public DeviceState Current => current;

    /// <summary>Null where the file has no identity yet.</summary>
    public static DeviceStateStore? Open(Database database, HighWaterFile? highWater = null) =>
        database.Read(Load) is { } state ? new(database, state, highWater) : null;

    /// <summary>
    /// Writes what follows from <paramref name="work"/>'s next state, and makes it current after the commit. Where the ledger or
    /// its receipts moved, it returns only after the high-water mark says so too; <paramref name="committed"/> is told before
    /// that, so that sending a sale does not wait for the mark.
    /// </summary>
    public T Write<T>(Durability durability, Func<WriteTransaction, DeviceState, (T Result, DeviceState Next)> work, Action<T>? committed = null)
    {
        var moved = false;
        var result = database.Write(durability, tx =>
        {
            var before = current;
            var (result, next) = work(tx, before);
            Save(tx, before, next);
            moved = next.LastSequence != before.LastSequence || next.Stream != before.Stream || next.Identity.ReceiptSeries != before.Identity.ReceiptSeries;
            tx.AfterCommit(() => current = next);
            return result;
        });

        committed?.Invoke(result);

        // Outside of the ledger's lock: the next commits go on meanwhile, and share the next write of the mark.
        if (moved) highWater?.Keep(this);
        return result;
    }

    /// <summary>As a repeatable write, without looking for references: for taking away entries with all that refers to them.</summary>
    public T WriteUnchecked<T>(Func<WriteTransaction, DeviceState, (T Result, DeviceState Next)> work) => database.WriteUnchecked(tx =>
    {
        var before = current;
        var (result, next) = work(tx, before);
        Save(tx, before, next);
        tx.AfterCommit(() => current = next);
        return result;
    });

    static void Save(WriteTransaction tx, DeviceState before, DeviceState next)
    {
        if (ReferenceEquals(before, next)) return;
        if (next.Stream != before.Stream) SaveStream(tx, next);
        else if (next.LastSequence != before.LastSequence)
        {
            using (var ledger = tx.Prepare(SaveLedgerSql))
                ledger.Bind("$hlc", next.Hlc.Packed).Bind("$good", next.LastGoodTimeMilliseconds).Bind("$receipt", next.NextReceiptNumber).Run();
            Span<byte> chain = stackalloc byte[Hash256.Length];
            next.LastChain.Value.WriteTo(chain);
            using var stream = tx.Prepare(SaveStreamSql);
            stream.Bind("$last", next.LastSequence).Bind("$chain", chain).Bind("$stream", next.Stream.ToByteArray()).Run();
        }

        if (next.Identity.ReceiptSeries != before.Identity.ReceiptSeries || (next.Stream != before.Stream && next.NextReceiptNumber != before.NextReceiptNumber))
        {
            using var receipts = tx.Prepare(SaveReceiptsSql);
            receipts.Bind("$series", next.Identity.ReceiptSeries).Bind("$receipt", next.NextReceiptNumber).Run();
        }

        if (next.Fork != before.Fork)
        {
            using var fork = tx.Prepare(SaveForkSql);
            if (next.Fork is { } reason) fork.Bind("$code", reason.Code).Bind("$message", reason.Message).Run();
            else fork.BindNull("$code").BindNull("$message").Run();
        }

        if (next.Stream == before.Stream && (next.AcknowledgedThrough != before.AcknowledgedThrough || next.DurableThrough != before.DurableThrough))
        {
            using var acknowledged = tx.Prepare(SaveAcknowledgedSql);
            acknowledged.Bind("$through", next.AcknowledgedThrough).Bind("$chain", next.AcknowledgedChain.ToByteArray())
                .Bind("$durable", next.DurableThrough).Bind("$rewinds", next.RewindsThrough).Bind("$stream", next.Stream.ToByteArray()).Run();
        }

        if (!next.SessionToken.Equals(before.SessionToken) || next.Incarnation != before.Incarnation)
        {
            using var session = tx.Prepare(SaveSessionSql);
            session.Bind("$token", next.SessionToken.Span).Bind("$hlc", next.Hlc.Packed).Bind("$good", next.LastGoodTimeMilliseconds);
            if (next.Incarnation is { } incarnation) session.Bind("$incarnation", incarnation.ToByteArray()).Run();
            else session.BindNull("$incarnation").Run();
        }

        if (next.Identity != before.Identity)
        {
            var identity = next.Identity;
            using var settings = tx.Prepare(SaveSettingsSql);
            settings.Bind("$store", identity.Store.Value).Bind("$assignment", identity.AssignmentVersion).Bind("$name", identity.StoreName).Bind("$currency", identity.Currency.Code)
                .Bind("$zone", identity.TimeZone).Bind("$cutoff", identity.DayCutOffMinutes).Bind("$version", identity.SettingsVersion).Bind("$code", identity.DeviceCode).Run();
        }

        if (next.CacheDriftCount != before.CacheDriftCount || next.CoveredCount != before.CoveredCount || next.CoveredThrough != before.CoveredThrough || next.StockGeneration != before.StockGeneration)
        {
            using var cache = tx.Prepare(SaveCacheSql);
            cache.Bind("$drift", next.CacheDriftCount).Bind("$covered", next.CoveredCount).Bind("$through", next.CoveredThrough).Bind("$generation", next.StockGeneration).Run();
        }

        if (next.StockChecksum != before.StockChecksum) SaveChecksum(tx, StoreFeed, next.StockChecksum?.ToByteArray());
        if (next.CatalogueChecksum != before.CatalogueChecksum) SaveChecksum(tx, CatalogueFeed, next.CatalogueChecksum?.ToByteArray());

        if (next.PrunedThrough != before.PrunedThrough)
        {
            using var pruned = tx.Prepare(SavePrunedSql);
            pruned.Bind("$through", next.PrunedThrough).Run();
        }

        if (next.Identity.Store != before.Identity.Store)
        {
            // What was being read is the stock of the store before.
            using var forget = tx.Prepare(ForgetSnapshotSql);
            forget.Run();
        }

        if (next.StoreCursor != before.StoreCursor || next.StoreAppliedAt != before.StoreAppliedAt || next.Identity.Store != before.Identity.Store)
            SaveFeed(tx, StoreFeed, next.Identity.Store.Value, next.StoreCursor, next.StoreAppliedAt);
        if (next.CatalogueCursor != before.CatalogueCursor || next.CatalogueAppliedAt != before.CatalogueAppliedAt)
            SaveFeed(tx, CatalogueFeed, 0, next.CatalogueCursor, next.CatalogueAppliedAt);
    }

    static void SaveStream(WriteTransaction tx, DeviceState next)
    {
        using (var close = tx.Prepare(CloseStreamSql)) close.Run();
        using var open = tx.Prepare(OpenStreamSql);
        open.Bind("$stream", next.Stream.ToByteArray()).Bind("$base", next.BasePosition).Bind("$last", next.LastSequence).Bind("$chain", next.LastChain.ToByteArray())
            .Bind("$start", next.AcknowledgedChain.ToByteArray()).Bind("$opened", next.OpenedAtMilliseconds).Bind("$because", next.OpenedBecause).Run();
    }

    static void SaveFeed(WriteTransaction tx, int feed, int store, FeedCursor cursor, DateTimeOffset? appliedAt)
    {
        using var save = tx.Prepare(SaveFeedSql);
        save.Bind("$feed", feed).Bind("$store", store).Bind("$version", cursor.Version).Bind("$hash", cursor.Hash.ToByteArray())
            .Bind("$applied", appliedAt?.ToUnixTimeMilliseconds()).Run();
    }

    static void SaveChecksum(WriteTransaction tx, int feed, byte[]? checksum)
    {
        using var save = tx.Prepare(SaveChecksumSql);
        save.Bind("$feed", feed);
        if (checksum is null) save.BindNull("$checksum").Run();
        else save.Bind("$checksum", checksum).Run();
    }

    static DeviceState? Load(Connection connection)
    {
        using var row = connection.Prepare(ReadSql);
        if (!row.Step()) return null;
        return new(
            new(new(row.Int32(0)), row.Text(1), new(row.Int32(2)), row.Int32(3), row.Text(4), Currency.Parse(row.Text(5)), row.Text(6), row.Int32(7), row.Int64(8), row.Text(9), row.Text(10)),
            StreamId.Read(row.Blob(18)),
            row.Int64(19),
            row.Int64(20),
            ChainHash.Read(row.Blob(21)),
            row.Int64(22),
            ChainHash.Read(row.Blob(23)),
            row.Int64(24),
            row.Int32(11),
            new HybridTimestamp(row.Int64(12)),
            row.Int64(13),
            row.IsNull(14) ? null : IncarnationId.Read(row.Blob(14)),
            row.Blob(15).ToArray(),
            row.Int64(16),
            row.Int64(17),
            row.Int64(31),
            new(row.Int64(25), FeedHash.Read(row.Blob(26))),
            Time(row.NullableInt64(27)),
            new(row.Int64(28), FeedHash.Read(row.Blob(29))),
            Time(row.NullableInt64(30)),
            row.Int32(32),
            row.IsNull(33) ? null : StockChecksum.Read(row.Blob(33)),
            row.Int64(34))
        {
            Fork = row.NullableText(35) is { } code ? new(code, row.NullableText(36) ?? "") : null,
            OpenedBecause = row.Text(37),
            OpenedAtMilliseconds = row.Int64(38),
            RewindsThrough = row.Int64(39),
            CoveredThrough = row.Int64(40),
            CatalogueChecksum = row.IsNull(41) ? null : CatalogueChecksum.Read(row.Blob(41)),
        };
    }

    static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    static LedgerException Missing() =>
        new(LedgerException.Damaged, "The ledger has lost the row that says whose it is.", "Keep the data directory as it is and call support.");
}
