using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.DayCloses;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// What the cloud last said about products and stock. A page's rows, the coverage of own entries and the cursor are one
/// transaction: an own sale is in the stock view exactly once at every moment.
/// </summary>
public sealed class CacheStore
{
    const string ReadStockSql = """
        SELECT on_hand FROM cache_stock
        WHERE generation = (SELECT stock_generation FROM identity WHERE singleton = 1) AND store_id = $store AND product = $product
        """;
    const string FindProductSql = $"SELECT id, {CatalogueSums.Columns} FROM cache_product WHERE code = $code";
    const string InsertProductSql = """
        INSERT INTO cache_product (code, name, brand, size, price_minor, currency, unit, version, generation,
                                   tax_rate_id, tax_hundredths, tax_inclusive, tax_rounding, pack_product, pack_content, terms_check)
        VALUES ($code, $name, $brand, $size, $price, $currency, $unit, $version, $generation, $tax, $hundredths, $inclusive, $rounding, $pack, $content, $check) ON CONFLICT (code) DO NOTHING
        """;
    const string UpdateProductSql = """
        UPDATE cache_product SET name = $name, brand = $brand, size = $size, price_minor = $price, currency = $currency, unit = $unit, version = $version,
               generation = $generation, tax_rate_id = $tax, tax_hundredths = $hundredths, tax_inclusive = $inclusive, tax_rounding = $rounding, pack_product = $pack,
               pack_content = $content, terms_check = $check WHERE id = $id
        """;
    const string DeleteProductSql = "DELETE FROM cache_product WHERE id = $id";
    const string IndexProductSql = "INSERT INTO product_search (rowid, code, name, brand, size) VALUES ($id, $code, $name, $brand, $size)";
    const string UnindexProductSql = "INSERT INTO product_search (product_search, rowid, code, name, brand, size) VALUES ('delete', $id, $code, $name, $brand, $size)";
    const string CountProductsSql = "SELECT count(*) FROM cache_product";

    /// <summary>Rows that no reading anew has brought are of this one.</summary>
    internal const int FirstReading = 1;

    const int GtinLength = 14;

    readonly Database database;
    readonly DeviceStateStore states;
    readonly TimeProvider time;
    readonly int rowsAtOnceMax;
    readonly Action<AgentChange> changed;
    long products = -1;

    internal CacheStore(Database database, DeviceStateStore states, TimeProvider time, int rowsAtOnceMax, Action<AgentChange> changed)
    {
        this.database = database;
        this.states = states;
        this.time = time;
        this.rowsAtOnceMax = rowsAtOnceMax;
        this.changed = changed;
    }

    /// <summary>How many products the catalogue has here.</summary>
    public long ProductCount
    {
        get
        {
            var known = Interlocked.Read(ref products);
            if (known >= 0) return known;
            var counted = database.Read(snapshot => snapshot.Number(CountProductsSql));
            Interlocked.CompareExchange(ref products, counted, known);
            return counted;
        }
    }

    /// <summary>
    /// Applies a page of the store feed. Own entries that its rows name are no longer pending, nor are those through its own
    /// marker. A row that does not lead from the cached figure to its result counts as drift; the cloud's figure stands. So does
    /// a cache whose checksum is not the page's; some row in it differs, and which, a comparison of ranges shows.
    /// </summary>
    public PageOutcome ApplyStorePage(StorePage page)
    {
        if (states.Current.StockChecksum is null) Sum();
        var marked = Marked(page.Marker);
        var outcome = states.Write(Durability.Repeatable, (tx, state) => Refusal(tx, state, page, state.StoreCursor.Version) is { } refusal ? (refusal, state) : Apply(tx, state, page, marked));
        if (outcome is PageOutcome.Applied) changed(AgentChange.StorePageApplied);
        return outcome;
    }

    /// <summary>
    /// Applies a page of the catalogue feed with its cursor in one transaction. Where the checksum of all products is not the
    /// page's, some row differs, and which, a comparison of ranges shows; while the catalogue is read anew, what it has not
    /// brought yet differs, and is left alone.
    /// </summary>
    public PageOutcome ApplyCataloguePage(CataloguePage page)
    {
        if (states.Current.CatalogueChecksum is null) SumCatalogue();
        var outcome = states.Write<PageOutcome>(Durability.Repeatable, (tx, state) =>
        {
            if (page.FromVersion != state.CatalogueCursor.Version) return (new PageOutcome.CursorElsewhere(state.CatalogueCursor.Version), state);
            if (OrderFault(page.FromVersion, page.ToVersion, page.Rows.Select(row => row.Version)) is { } fault) return (new PageOutcome.Malformed(fault), state);
            var added = 0;
            var reading = SnapshotStore.CatalogueReading(tx.Connection);
            var checksum = state.CatalogueChecksum;
            foreach (var row in page.Rows) added += Apply(tx, row, reading ?? FirstReading, ref checksum);
            var differs = reading is null && page.Checksum is { } expected && checksum is { } own && expected != own;
            tx.AfterCommit(() =>
            {
                if (Interlocked.Read(ref products) >= 0) Interlocked.Add(ref products, added);
            });
            return (new PageOutcome.Applied(page.ToVersion, 0, 0) { ChecksumDiffers = differs }, state with
            {
                CatalogueCursor = new(page.ToVersion, page.Hash), CatalogueAppliedAt = Now(), CatalogueChecksum = checksum,
            });
        });
        if (outcome is PageOutcome.Applied) changed(AgentChange.CataloguePageApplied);
        return outcome;
    }

    /// <summary>Products were taken away elsewhere: they are counted when somebody asks.</summary>
    internal void Recount() => Interlocked.Exchange(ref products, -1);

    /// <summary>Sums what is shown, once for a cache that never was; only what syncs writes there, so this needs no transaction.</summary>
    void Sum()
    {
        var state = states.Current;
        var checksum = database.Read(snapshot => StockSums.Of(snapshot, state.StockGeneration, state.Identity.Store));
        states.Write(Durability.Repeatable, (_, now) => (checksum, now.StockGeneration == state.StockGeneration && now.StoreCursor == state.StoreCursor ? now with { StockChecksum = checksum } : now));
    }

    /// <summary>Sums the products, once for a catalogue that never was; only what syncs writes there, so this needs no transaction.</summary>
    void SumCatalogue()
    {
        var cursor = states.Current.CatalogueCursor;
        var checksum = database.Read(CatalogueSums.Of);
        states.Write(Durability.Repeatable, (_, now) => (checksum, now.CatalogueCursor == cursor ? now with { CatalogueChecksum = checksum } : now));
    }

    /// <summary>Why a page does not go on after the version, or is not of this ledger; null where it can be taken.</summary>
    internal static PageOutcome? Refusal(WriteTransaction tx, DeviceState state, StorePage page, long cursor)
    {
        if (page.Store != state.Identity.Store) return new PageOutcome.OtherStore(state.Identity.Store);
        if (page.FromVersion != cursor) return new PageOutcome.CursorElsewhere(cursor);
        if (OrderFault(page.FromVersion, page.ToVersion, page.Rows.Select(row => row.Version)) is { } fault) return new PageOutcome.Malformed(fault);
        if (page.Marker is not { } marker) return null;
        if (marker.Stream != state.Stream) return new PageOutcome.MarkerDiffers($"The marker is of stream {marker.Stream}, this ledger is {state.Stream}.");
        if (marker.AppliedThrough < 0 || marker.AppliedThrough > state.LastSequence)
            return new PageOutcome.MarkerDiffers($"The marker stands at sequence {marker.AppliedThrough}, the ledger ends at {state.LastSequence}.");
        if (!LedgerStore.KnowsChain(state, marker.AppliedThrough))
            return new PageOutcome.MarkerDiffers($"The marker stands at sequence {marker.AppliedThrough}, the ledger keeps it no longer from there.");
        return (LedgerStore.KnownChain(state, marker.AppliedThrough) ?? LedgerStore.ChainAt(tx.Connection, state, marker.AppliedThrough)) == marker.AppliedChain
            ? null
            : new PageOutcome.MarkerDiffers($"The cloud has other content at sequence {marker.AppliedThrough} of this stream.");
    }

    /// <summary>What the marker covers.</summary>
    internal MarkedEntries Marked(OwnMarker? marker)
    {
        var state = states.Current;
        return marker is null || state.PendingCount == 0 ? default : database.Read(snapshot => PendingTable.Count(snapshot, state, state.BasePosition + marker.AppliedThrough));
    }

    (PageOutcome Outcome, DeviceState Next) Apply(WriteTransaction tx, DeviceState state, StorePage page, MarkedEntries marked)
    {
        SettlementTable.Save(tx, page.Settlements);
        DayCloseTable.SaveAnswers(tx, page.Answers);
        RegisterTable.Save(tx, state.StockGeneration, page.Store, page.Registers);
        var covered = marked.Entries;
        PendingCounts.TakeDifferences(tx, state, page.Rows);
        var coveredThrough = PendingTable.Cover(tx, state, marked, rowsAtOnceMax);
        var leavesRows = coveredThrough > state.CoveredThrough;
        state = state with { CoveredThrough = coveredThrough };
        if (covered < state.PendingCount && page.Rows.Count > 0) covered += PendingTable.CoverNamed(tx, state, page.Rows.Select(row => row.Entry).Distinct());

        // Each product is read, hashed and written once, however often the page moves it, and in the order of the table.
        var moved = page.Rows.Where(row => row.Product is not null).Select(row => row.Product!.Value).Distinct().Order().ToList();
        var before = moved.Count > 0 ? StockTable.Read(tx, state.StockGeneration, page.Store, moved) : [];
        var after = new Dictionary<ProductCode, (long OnHand, long Version)>(before);
        var drifted = 0;
        foreach (var row in page.Rows)
        {
            if (row.Product is not { } product) continue;
            if (!StockView.Follows(after.GetValueOrDefault(product).OnHand, row.DeltaThousandths, row.OnHandThousandths)) drifted++;
            after[product] = (row.OnHandThousandths, row.Version);
        }

        var checksum = state.StockChecksum;
        foreach (var product in moved)
        {
            if (before.TryGetValue(product, out var old)) checksum = checksum?.Without(product, old.OnHand, old.Version);
            checksum = checksum?.With(product, after[product].OnHand, after[product].Version);
        }

        if (moved.Count > 0) StockTable.Save(tx, state.StockGeneration, page.Store, moved.Select(product => (product, after[product].OnHand, after[product].Version)));
        var differs = page.Checksum is { } expected && checksum is { } own && expected != own;
        return (new PageOutcome.Applied(page.ToVersion, covered, drifted) { ChecksumDiffers = differs, LeavesRows = leavesRows }, state with
        {
            StoreCursor = new(page.ToVersion, page.Hash),
            StoreAppliedAt = Now(),
            StockChecksum = checksum,
            CacheDriftCount = state.CacheDriftCount + drifted,
            CoveredCount = state.CoveredCount + covered,
            PendingCount = state.PendingCount - covered,
            // The chains are equal there: the marker's word holds for what is acknowledged.
            DurableThrough = page.Marker is { } durable ? Math.Clamp(durable.DurableThrough, state.DurableThrough, state.AcknowledgedThrough) : state.DurableThrough,
        });
    }

    internal static long ReadStock(Connection snapshot, StoreId store, ProductCode product)
    {
        using var row = snapshot.Prepare(ReadStockSql);
        return row.Bind("$store", store.Value).Bind("$product", product.Value).Step() ? row.Int64(0) : 0;
    }

    /// <summary>
    /// How many products there are more than before: 1, 0 or −1. The checksum follows, if it is known. <paramref name="rotted"/>:
    /// the row here changed by itself, and what is searched has it still as it came.
    /// </summary>
    internal static int Apply(WriteTransaction tx, ProductRow row, int generation, ref CatalogueChecksum? checksum, bool rotted = false)
    {
        if (row.Deleted)
        {
            if (Find(tx, row.Code) is not { } gone) return 0;
            checksum = checksum?.Without(gone.Content);
            return Delete(tx, gone.Id, gone.Content);
        }

        checksum = checksum?.With(row.Content);
        using (var insert = tx.Prepare(InsertProductSql))
        {
            Bind(insert, row).Bind("$code", row.Code.Value).Bind("$generation", generation).Run();
        }

        // Most rows of a first load are new, and cost no look-up.
        if (tx.Changes == 1)
        {
            Index(tx, tx.LastInsertRowId, row);
            return 1;
        }

        var (id, old) = Find(tx, row.Code) ?? throw new InvalidOperationException($"The product {row.Code} is there and is not found.");
        checksum = checksum?.Without(old);
        using (var update = tx.Prepare(UpdateProductSql))
        {
            Bind(update, row).Bind("$id", id).Bind("$generation", generation).Run();
        }

        if (old.Name == row.Name && old.Brand == row.Brand && old.Size == row.Size) return 0;
        if (!rotted) Unindex(tx, id, old);
        Index(tx, id, row);
        return 0;
    }

    internal static int Delete(WriteTransaction tx, long id, in ProductContent gone)
    {
        Unindex(tx, id, gone);
        using var delete = tx.Prepare(DeleteProductSql);
        delete.Bind("$id", id).Run();
        return -1;
    }

    static Statement Bind(Statement save, ProductRow row) => TermsColumns.Bind(
        save.Bind("$name", row.Name).Bind("$brand", row.Brand).Bind("$size", row.Size).Bind("$price", row.Price.MinorUnits)
            .Bind("$currency", row.Price.Currency.Code).Bind("$unit", (int)row.Unit).Bind("$version", row.Version),
        row.Terms, row.Code.Value, row.Version);

    static void Index(WriteTransaction tx, long id, ProductRow row)
    {
        using var index = tx.Prepare(IndexProductSql);
        index.Bind("$id", id).Bind("$code", SearchedCode(row.Code.Value)).Bind("$name", row.Name).Bind("$brand", row.Brand).Bind("$size", row.Size).Run();
    }

    // The index asks for the text that it took in, word for word.
    static void Unindex(WriteTransaction tx, long id, in ProductContent old)
    {
        using var unindex = tx.Prepare(UnindexProductSql);
        unindex.Bind("$id", id).Bind("$code", SearchedCode(old.Code)).Bind("$name", old.Name).Bind("$brand", old.Brand).Bind("$size", old.Size).Run();
    }

    // As the view product_text says, also of a code that none can be.
    static string SearchedCode(string code) => code.Length == GtinLength && code.All(char.IsAsciiDigit) ? "" : code;

    static (long Id, ProductContent Content)? Find(WriteTransaction tx, ProductCode code)
    {
        using var row = tx.Prepare(FindProductSql);
        return row.Bind("$code", code.Value).Step() ? (row.Int64(0), CatalogueSums.Read(row, 1)) : null;
    }

    static string? OrderFault(long from, long to, IEnumerable<long> versions)
    {
        if (to < from) return $"The page ends at version {to}, before its beginning {from}.";
        var last = from;
        foreach (var version in versions)
        {
            if (version < last || version == from || version > to) return $"A row has version {version}, after version {last} of a page from {from} to {to}.";
            last = version;
        }

        return null;
    }

    DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
