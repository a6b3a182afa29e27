using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.DayCloses;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// Reads a cache anew beside the one that is shown, and mends the one shown where it differs from the cloud. Every page is one
/// short transaction and leaves the reading where the next call can go on with it; what is shown changes in one step.
/// </summary>
public sealed class SnapshotStore
{
    const string ReadSql = """
        SELECT incarnation, generation, start_version, start_hash, last_version, after_key, is_whole, row_count, row_count_total
        FROM snapshot WHERE feed = $feed
        """;
    const string SaveSql = """
        INSERT INTO snapshot (feed, incarnation, generation, start_version, start_hash, last_version, after_key, is_whole, row_count, row_count_total)
        VALUES ($feed, $incarnation, $generation, $start, $hash, $last, $after, $whole, $count, $total)
        ON CONFLICT (feed) DO UPDATE SET incarnation = excluded.incarnation, generation = excluded.generation, start_version = excluded.start_version,
               start_hash = excluded.start_hash, last_version = excluded.last_version, after_key = excluded.after_key, is_whole = excluded.is_whole,
               row_count = excluded.row_count, row_count_total = excluded.row_count_total
        """;
    const string ForgetSql = "DELETE FROM snapshot WHERE feed = $feed";
    const string NewestGenerationSql = "SELECT coalesce(max(generation), 0) FROM cache_stock";
    const string NewestReadingSql = "SELECT coalesce(max(generation), 0) FROM cache_product";

    // The feed and another page's rows may have brought a newer one.
    const string PutSql = """
        INSERT INTO cache_stock (generation, store_id, product, on_hand, version) VALUES ($generation, $store, $product, $onHand, $version)
        ON CONFLICT (generation, store_id, product) DO UPDATE SET on_hand = excluded.on_hand, version = excluded.version WHERE excluded.version > version
        """;
    const string ReplaceSql = "INSERT OR REPLACE INTO cache_stock (generation, store_id, product, on_hand, version) VALUES ($generation, $store, $product, $onHand, $version)";
    const string RemoveSql = "DELETE FROM cache_stock WHERE generation = $generation AND store_id = $store AND product = $product";
    const string ReadRangeSql = """
        SELECT product, on_hand, version FROM cache_stock
        WHERE generation = $generation AND store_id = $store AND product > $after AND ($last = '' OR product <= $last) ORDER BY product LIMIT $limit
        """;
    const string NextKeptSql = "SELECT generation, store_id FROM cache_stock WHERE (generation, store_id) > ($generation, $store) ORDER BY generation, store_id LIMIT 1";
    const string DropStockSql = """
        DELETE FROM cache_stock WHERE generation = $generation AND store_id = $store AND product IN (
            SELECT product FROM cache_stock WHERE generation = $generation AND store_id = $store ORDER BY product LIMIT $limit)
        """;
    const string OldProductsSql = $"SELECT id, {CatalogueSums.Columns} FROM cache_product WHERE generation < $generation ORDER BY id LIMIT $limit";
    const string ProductRangeSql = $"SELECT id, {CatalogueSums.Columns} FROM cache_product WHERE code > $after AND ($last = '' OR code <= $last) ORDER BY code LIMIT $limit";

    const int StoreFeed = 1;
    const int CatalogueFeed = 2;

    // Each part is one write transaction, and a sale waits for at most one.
    const int StockRowsInOneDrop = 1_000;
    const int ProductsInOneDrop = 250;

    readonly Database database;
    readonly DeviceStateStore states;
    readonly CacheStore cache;
    readonly TimeProvider time;
    readonly int rowsAtOnceMax;
    readonly Action<AgentChange> changed;

    internal SnapshotStore(Database database, DeviceStateStore states, CacheStore cache, TimeProvider time, int rowsAtOnceMax, Action<AgentChange> changed)
    {
        this.database = database;
        this.states = states;
        this.cache = cache;
        this.time = time;
        this.rowsAtOnceMax = rowsAtOnceMax;
        this.changed = changed;
    }

    sealed record Reading(IncarnationId Incarnation, int Generation, StockSnapshot Snapshot);

    /// <summary>The reading of the stock that is under way, if there is one.</summary>
    public StockSnapshot? Current => database.Read(snapshot => Read(snapshot, StoreFeed))?.Snapshot;

    // ---- The store's stock, read anew

    /// <summary>The reading of this history to go on with: the one that was interrupted, or a new one from the beginning.</summary>
    public StockSnapshot Open(IncarnationId incarnation) => states.Write(Durability.Repeatable, (tx, state) =>
    {
        var kept = Read(tx.Connection, StoreFeed);
        if (kept?.Incarnation == incarnation) return (kept.Snapshot, state);
        var generation = 1 + Math.Max(Math.Max(state.StockGeneration, kept?.Generation ?? 0), (int)tx.Connection.Number(NewestGenerationSql));
        var begun = new Reading(incarnation, generation, new(FeedCursor.Start, 0, "", false, 0, 0));
        Save(tx, StoreFeed, begun);
        RegisterTable.DropOthers(tx, state.StockGeneration);
        return (begun.Snapshot, state);
    });

    /// <summary>Gives up the reading that is under way, if there is one; what it read is cleared away later.</summary>
    public void Forget() => database.Write(Durability.Repeatable, tx => Forget(tx, StoreFeed));

    /// <summary>Takes the next rows of the snapshot in.</summary>
    public SnapshotOutcome Add(StockRows page) => states.Write<SnapshotOutcome>(Durability.Repeatable, (tx, state) =>
    {
        if (page.Store != state.Identity.Store) return (new SnapshotOutcome.Refused(new PageOutcome.OtherStore(state.Identity.Store)), state);
        if (Read(tx.Connection, StoreFeed) is not { Snapshot: { IsWhole: false } before } reading || before.AfterKey != page.AfterKey)
            return (new SnapshotOutcome.Refused(new PageOutcome.Malformed($"The rows after '{page.AfterKey}' were not asked for.")), state);
        if (page.LastKey.Length > 0 && (page.Rows.Count == 0 || page.Rows[^1].Product.Value != page.LastKey) && (page.Registers.Count == 0 || page.Registers[^1].Product.Value != page.LastKey))
            return (new SnapshotOutcome.Refused(new PageOutcome.Malformed("The page does not end with its last row.")), state);
        if (page.Head.Version < before.LastVersion)
        {
            Forget(tx, StoreFeed);
            return (new SnapshotOutcome.BeginAnew("The cloud was set back while its stock was read."), state);
        }

        Put(tx, reading.Generation, page.Store, page.Rows.Select(row => (row.Product, row.OnHandThousandths, row.Version)));
        RegisterTable.Save(tx, reading.Generation, page.Store, page.Registers);
        var after = new StockSnapshot(
            before.AfterKey.Length == 0 ? page.Head : before.Next, page.Head.Version, page.LastKey, page.LastKey.Length == 0,
            before.RowCount + page.Rows.Count, Math.Max(page.RowCountTotal, before.RowCountTotal));
        Save(tx, StoreFeed, reading with { Snapshot = after });
        return (new SnapshotOutcome.Stored(after), state);
    });

    /// <summary>
    /// Lays a page of the feed over what was read, where it is newer. With <paramref name="maySwitch"/> what was read becomes what
    /// is shown, if the page carries the own marker, reaches what the snapshot's last page saw, and the checksum is the cloud's: own
    /// entries that the marker covers are no longer pending, and every other of the store is.
    /// </summary>
    public SnapshotOutcome Lay(StorePage page, bool maySwitch)
    {
        var outcome = states.Write<SnapshotOutcome>(Durability.Repeatable, (tx, state) =>
        {
            if (Read(tx.Connection, StoreFeed) is not { Snapshot: { IsWhole: true } before } reading)
                return (new SnapshotOutcome.Refused(new PageOutcome.Malformed("No snapshot is read that the page could be laid over.")), state);
            if (CacheStore.Refusal(tx, state, page, before.Next.Version) is { } refusal) return (new SnapshotOutcome.Refused(refusal), state);
            Put(tx, reading.Generation, page.Store, Last(page));
            SettlementTable.Save(tx, page.Settlements);
            DayCloseTable.SaveAnswers(tx, page.Answers);
            RegisterTable.Save(tx, reading.Generation, page.Store, page.Registers);
            var after = before with { Next = new(page.ToVersion, page.Hash) };
            Save(tx, StoreFeed, reading with { Snapshot = after });
            return (new SnapshotOutcome.Stored(after), state);
        });
        if (!maySwitch || page.Marker is null || outcome is not SnapshotOutcome.Stored { Snapshot: { } stored } || page.ToVersion < stored.LastVersion) return outcome;
        outcome = Switch(page, page.Marker);
        if (outcome is SnapshotOutcome.Switched) changed(AgentChange.StorePageApplied);
        return outcome;
    }

    SnapshotOutcome Switch(StorePage page, OwnMarker marker)
    {
        // Nobody else writes into the generation that is filled, so its rows may be summed before the transaction.
        var (generation, checksum) = database.Read(snapshot => Read(snapshot, StoreFeed) is { } reading ? (reading.Generation, StockSums.Of(snapshot, reading.Generation, page.Store)) : default);
        if (page.Checksum is { } expected && expected != checksum)
        {
            Forget();
            return new SnapshotOutcome.BeginAnew($"What was read of the stock has checksum {checksum}, the cloud's at version {page.ToVersion} is {expected}.");
        }

        var marked = cache.Marked(marker);
        // Before the store's first entry nothing is to be pending in it: rows of a store that the device stood in before may be left there.
        var last = states.Current.LastPosition;
        var before = database.Read(snapshot => PendingTable.FirstOf(snapshot, page.Store)) - 1 ?? last;
        return states.Write<SnapshotOutcome>(Durability.Repeatable, (tx, state) =>
        {
            var through = Math.Max(before, state.BasePosition + marker.AppliedThrough);
            var coveredThrough = PendingTable.Cover(tx, state, marked, rowsAtOnceMax);
            var left = marked.Entries;
            var came = PendingTable.Uncover(tx, coveredThrough, through, page.Store, generation);
            Forget(tx, StoreFeed);
            RegisterTable.DropOthers(tx, generation);
            return (new SnapshotOutcome.Switched(page.ToVersion, left - came), state with
            {
                StockGeneration = generation,
                StockChecksum = checksum,
                StoreCursor = new(page.ToVersion, page.Hash),
                StoreAppliedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
                CoveredCount = state.CoveredCount + left - came,
                PendingCount = state.PendingCount - left + came,
                CoveredThrough = Math.Min(coveredThrough, through),
            });
        });
    }

    // ---- The catalogue, read anew in place

    /// <summary>The catalogue's feed begins anew: what it brings from here on is of a reading of its own, and everything stays to be found.</summary>
    public void BeginCatalogue(IncarnationId incarnation)
    {
        // Only what syncs writes the rows' readings, so they may be asked for before the transaction.
        var generation = 1 + (int)database.Read(snapshot => Math.Max(snapshot.Number(NewestReadingSql), Read(snapshot, CatalogueFeed)?.Generation ?? 0));
        states.Write(Durability.Repeatable, (tx, state) =>
        {
            Save(tx, CatalogueFeed, new(incarnation, generation, new(FeedCursor.Start, 0, "", false, 0, 0)));
            return (generation, state with { CatalogueCursor = FeedCursor.Start, CatalogueChecksum = null });
        });
    }

    /// <summary>The number of the reading that brings the catalogue anew; null where none is under way.</summary>
    internal static int? CatalogueReading(Connection connection) => Read(connection, CatalogueFeed)?.Generation;

    // ---- What is not needed any more

    /// <summary>Whether <see cref="DropOld"/> has something to take away, now or when the catalogue is whole.</summary>
    public bool HasOld => OldStock() is not null || PassedRows() is not null || database.Read(snapshot => Read(snapshot, CatalogueFeed)) is not null;

    /// <summary>
    /// Takes away a part of what no reading needs: generations of stock that are neither shown nor filled, rows of entries that
    /// are pending no longer and, where the catalogue is whole, products that its last reading did not bring. False where nothing
    /// is left to take away.
    /// </summary>
    public bool DropOld(bool catalogueIsWhole) => DropOldStock() || DropPassedRows() || (catalogueIsWhole && DropOldProducts());

    long? PassedRows()
    {
        var state = states.Current;
        return database.Read(snapshot => PendingTable.NextPassed(snapshot, state));
    }

    /// <summary>Clears away a part of the rows that the mark has passed; false where none are left.</summary>
    internal bool DropPassedRows()
    {
        if (PassedRows() is not { } through) return false;
        states.Write(Durability.Repeatable, (tx, state) =>
        {
            PendingTable.ClearPassed(tx, state, through);
            return (through, state);
        });
        return true;
    }

    (int Generation, int Store)? OldStock() => database.Read<(int, int)?>(snapshot =>
    {
        var state = states.Current;
        var filled = Read(snapshot, StoreFeed)?.Generation;
        var (generation, store) = (int.MinValue, int.MinValue);
        while (true)
        {
            using var next = snapshot.Prepare(NextKeptSql);
            if (!next.Bind("$generation", generation).Bind("$store", store).Step()) return null;
            (generation, store) = (next.Int32(0), next.Int32(1));
            if (store != state.Identity.Store.Value || (generation != state.StockGeneration && generation != filled)) return (generation, store);
        }
    });

    bool DropOldStock()
    {
        if (OldStock() is not { } part) return false;
        return database.Write(Durability.Repeatable, tx =>
        {
            using var drop = tx.Prepare(DropStockSql);
            drop.Bind("$generation", part.Generation).Bind("$store", part.Store).Bind("$limit", StockRowsInOneDrop).Run();
            return true;
        });
    }

    bool DropOldProducts()
    {
        if (database.Read(snapshot => Read(snapshot, CatalogueFeed)) is not { } reading) return false;
        var old = database.Read(snapshot => OldProducts(snapshot, reading.Generation));
        states.Write(Durability.Repeatable, (tx, state) =>
        {
            var checksum = state.CatalogueChecksum;
            foreach (var (id, product) in old)
            {
                CacheStore.Delete(tx, id, product);
                checksum = checksum?.Without(product);
            }

            if (old.Count < ProductsInOneDrop) Forget(tx, CatalogueFeed);
            return (old.Count, state with { CatalogueChecksum = checksum });
        });
        if (old.Count > 0) cache.Recount();
        changed(AgentChange.CataloguePageApplied);
        return true;
    }

    static List<(long Id, ProductContent Product)> OldProducts(Connection snapshot, int generation)
    {
        var old = new List<(long, ProductContent)>();
        using var rows = snapshot.Prepare(OldProductsSql);
        rows.Bind("$generation", generation).Bind("$limit", ProductsInOneDrop);
        while (rows.Step()) old.Add((rows.Int64(0), CatalogueSums.Read(rows, 1)));
        return old;
    }

    // ---- The catalogue, against the cloud's

    /// <summary>
    /// Sums the products. True where that is not the checksum which the pages have led to: something else wrote into them. While
    /// the catalogue is read anew nothing can be said.
    /// </summary>
    public bool SumCatalogue()
    {
        var cursor = states.Current.CatalogueCursor;
        var checksum = database.Read(CatalogueSums.Of);
        return states.Write(Durability.Repeatable, (tx, now) =>
        {
            // Pages that came meanwhile are summed at the next one.
            if (now.CatalogueCursor != cursor) return (false, now with { CatalogueChecksum = null });
            var differs = now.CatalogueChecksum is { } kept && kept != checksum && CatalogueReading(tx.Connection) is null;
            return (differs, now with { CatalogueChecksum = checksum });
        });
    }

    /// <summary>The next products after a code, as their checksum.</summary>
    public CatalogueRange RangeOfCatalogue(string after, int rowsMax) => database.Read(snapshot => CatalogueSums.Of(snapshot, after, rowsMax));

    /// <summary>
    /// Corrects products by the cloud's of the same range, and says how many. A row that the feed has yet to bring is the feed's,
    /// and so is one that it has brought since; a catalogue that is read anew meanwhile is left to that.
    /// </summary>
    public int RepairCatalogue(CatalogueRows page)
    {
        if (page.IsEqual) return 0;
        var corrected = states.Write(Durability.Repeatable, (tx, state) =>
        {
            if (CatalogueReading(tx.Connection) is not null) return (0, state);
            var present = PresentProducts(tx, page);
            var checksum = state.CatalogueChecksum;
            var count = 0;
            foreach (var row in page.Rows)
            {
                (long Id, ProductContent Content)? cached = present.Remove(row.Code.Value, out var found) ? found : null;
                if (row.Version > state.CatalogueCursor.Version || IsNewer(cached?.Content.Version, page, state) || cached?.Content == row.Content) continue;
                CacheStore.Apply(tx, row, CacheStore.FirstReading, ref checksum, rotted: cached?.Content.Version is { } kept && (kept == row.Version || kept == CatalogueSums.Rotted(row.Version)));
                count++;
            }

            foreach (var (id, gone) in present.Values)
            {
                if (IsNewer(gone.Version, page, state)) continue;
                CacheStore.Delete(tx, id, gone);
                checksum = checksum?.Without(gone);
                count++;
            }

            return (count, state with { CatalogueChecksum = checksum, CacheDriftCount = state.CacheDriftCount + count });
        });
        if (corrected == 0) return 0;
        cache.Recount();
        changed(AgentChange.CataloguePageApplied);
        return corrected;
    }

    static bool IsNewer(long? version, CatalogueRows page, DeviceState state) => version > page.HeadVersion && version <= state.CatalogueCursor.Version;

    static Dictionary<string, (long Id, ProductContent Content)> PresentProducts(WriteTransaction tx, CatalogueRows page)
    {
        var present = new Dictionary<string, (long, ProductContent)>(StringComparer.Ordinal);
        using var rows = tx.Prepare(ProductRangeSql);
        rows.Bind("$after", page.AfterKey).Bind("$last", page.LastKey).Bind("$limit", long.MaxValue);
        while (rows.Step())
        {
            var content = CatalogueSums.Read(rows, 1);
            present[content.Code] = (rows.Int64(0), content);
        }

        return present;
    }

    // ---- The stock that is shown, against the cloud's

    /// <summary>Sums the rows that are shown. True where that is not the checksum which the pages have led to: something else wrote into them.</summary>
    public bool Sum()
    {
        var state = states.Current;
        var checksum = database.Read(snapshot => StockSums.Of(snapshot, state.StockGeneration, state.Identity.Store));
        return states.Write(Durability.Repeatable, (_, now) =>
        {
            // Pages that came meanwhile are summed at the next one.
            if (now.StockGeneration != state.StockGeneration || now.StoreCursor != state.StoreCursor) return (false, now with { StockChecksum = null });
            return (now.StockChecksum is { } kept && kept != checksum, now with { StockChecksum = checksum });
        });
    }

    /// <summary>The next rows that are shown after a key, as their checksum.</summary>
    public CacheRange Range(string after, int rowsMax)
    {
        var state = states.Current;
        return database.Read(snapshot => StockSums.Of(snapshot, state.StockGeneration, state.Identity.Store, after, rowsMax));
    }

    /// <summary>
    /// Corrects the rows that are shown by the cloud's of the same range, and says how many. A row that the feed has yet to bring
    /// is the feed's: taken here, an own sale in it would count twice until then. So is one that the feed has brought since.
    /// Null, and nothing is corrected, where the rows are of another store.
    /// </summary>
    public int? Repair(StockRows page)
    {
        var corrected = states.Write<int?>(Durability.Repeatable, (tx, state) =>
        {
            if (page.Store != state.Identity.Store) return (null, state);
            var count = 0;
            var present = Present(tx, state, page);
            var checksum = state.StockChecksum;
            foreach (var row in page.Rows)
            {
                (long OnHand, long Version)? cached = present.Remove(row.Product.Value, out var found) ? found : null;
                if (row.Version > state.StoreCursor.Version || IsNewer(cached, page, state) || cached == (row.OnHandThousandths, row.Version)) continue;
                if (cached is { } wrong) checksum = checksum is { } sum ? StockSums.Without(sum, row.Product.Value, wrong.OnHand, wrong.Version) : null;
                checksum = checksum?.With(row.Product, row.OnHandThousandths, row.Version);
                Replace(tx, state, row);
                count++;
            }

            foreach (var (product, wrong) in present)
            {
                if (IsNewer(wrong, page, state)) continue;
                checksum = checksum is { } sum ? StockSums.Without(sum, product, wrong.OnHand, wrong.Version) : null;
                using var remove = tx.Prepare(RemoveSql);
                remove.Bind("$generation", state.StockGeneration).Bind("$store", state.Identity.Store.Value).Bind("$product", product).Run();
                count++;
            }

            return (count, state with { StockChecksum = checksum, CacheDriftCount = state.CacheDriftCount + count });
        });
        if (corrected > 0) changed(AgentChange.StorePageApplied);
        return corrected;
    }

    static bool IsNewer((long OnHand, long Version)? cached, StockRows page, DeviceState state) =>
        cached is { } row && row.Version > page.Head.Version && row.Version <= state.StoreCursor.Version;

    static Dictionary<string, (long OnHand, long Version)> Present(WriteTransaction tx, DeviceState state, StockRows page)
    {
        var present = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        using var rows = tx.Prepare(ReadRangeSql);
        rows.Bind("$generation", state.StockGeneration).Bind("$store", page.Store.Value).Bind("$after", page.AfterKey).Bind("$last", page.LastKey).Bind("$limit", long.MaxValue);
        while (rows.Step()) present[rows.Text(0)] = (rows.Int64(1), rows.Int64(2));
        return present;
    }

    static void Replace(WriteTransaction tx, DeviceState state, SnapshotRow row)
    {
        using var replace = tx.Prepare(ReplaceSql);
        replace.Bind("$generation", state.StockGeneration).Bind("$store", state.Identity.Store.Value).Bind("$product", row.Product.Value)
            .Bind("$onHand", row.OnHandThousandths).Bind("$version", row.Version).Run();
    }

    // ---- Rows

    static void Put(WriteTransaction tx, int generation, StoreId store, IEnumerable<(ProductCode Product, long OnHand, long Version)> rows)
    {
        using var put = tx.Prepare(PutSql);
        foreach (var (product, onHand, version) in rows)
        {
            put.Bind("$generation", generation).Bind("$store", store.Value).Bind("$product", product.Value).Bind("$onHand", onHand).Bind("$version", version).Run();
            put.Rewind();
        }
    }

    static IEnumerable<(ProductCode Product, long OnHand, long Version)> Last(StorePage page)
    {
        var last = new SortedDictionary<ProductCode, (long OnHand, long Version)>();
        foreach (var row in page.Rows)
        {
            if (row.Product is { } product) last[product] = (row.OnHandThousandths, row.Version);
        }

        return last.Select(pair => (pair.Key, pair.Value.OnHand, pair.Value.Version));
    }

    static Reading? Read(Connection connection, int feed)
    {
        using var row = connection.Prepare(ReadSql);
        return row.Bind("$feed", feed).Step()
            ? new(
                IncarnationId.Read(row.Blob(0)), row.Int32(1),
                new(new(row.Int64(2), FeedHash.Read(row.Blob(3))), row.Int64(4), row.Text(5), row.Int64(6) == 1, row.Int64(7), row.Int64(8)))
            : null;
    }

    static void Save(WriteTransaction tx, int feed, Reading reading)
    {
        var snapshot = reading.Snapshot;
        using var save = tx.Prepare(SaveSql);
        save.Bind("$feed", feed).Bind("$incarnation", reading.Incarnation.ToByteArray()).Bind("$generation", reading.Generation)
            .Bind("$start", snapshot.Next.Version).Bind("$hash", snapshot.Next.Hash.ToByteArray()).Bind("$last", snapshot.LastVersion).Bind("$after", snapshot.AfterKey)
            .Bind("$whole", snapshot.IsWhole ? 1 : 0).Bind("$count", snapshot.RowCount).Bind("$total", snapshot.RowCountTotal).Run();
    }

    static bool Forget(WriteTransaction tx, int feed)
    {
        using var forget = tx.Prepare(ForgetSql);
        forget.Bind("$feed", feed).Run();
        return tx.Changes > 0;
    }
}
