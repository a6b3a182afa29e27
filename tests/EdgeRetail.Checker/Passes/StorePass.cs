using System.Data.Common;
using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;
using EdgeRetail.Checker.Ledgers;

namespace EdgeRetail.Checker.Passes;

/// <summary>
/// Goes through each store's versions: every version is one journal row with just the effects that its bytes mean, on hand
/// runs, and ends at the stock table (S5); each count's effect leads to what was counted and moved since (S13); feed hashes recompute; and where a device's cursor stands, its cache is what the
/// feed says (S14).
/// </summary>
sealed class StorePass(CloudSnapshot snapshot, CloudState cloud, IReadOnlyList<Ledger> ledgers, EntryPass entries, Verdicts verdicts)
{
    const string JournalSql = $"SELECT {JournalRow.Columns} FROM journal ORDER BY store_id, received_at_version, entry_id";
    const string EffectsSql = "SELECT store_id, version, entry_id, product, delta, on_hand FROM effect ORDER BY store_id, version, ordinal";
    const string CommitsSql = "SELECT store_id, version, hash, effect_count FROM store_commit ORDER BY store_id, version";
    const string StockSql = "SELECT store_id, product, on_hand, version FROM stock";
    const string CacheSql = "SELECT store_id, product, on_hand, version FROM cache_stock WHERE generation = (SELECT stock_generation FROM identity WHERE singleton = 1)";

    readonly EntryBody body = new();
    readonly Dictionary<string, long> movements = new(StringComparer.Ordinal);
    readonly Dictionary<string, EntryOrder> counted = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<(EntryOrder At, long Delta)>> movedOfCounted = new(StringComparer.Ordinal);
    readonly Dictionary<string, (long OnHand, long Version)> state = new(StringComparer.Ordinal);
    readonly Dictionary<int, Dictionary<string, (long OnHand, long Version)>> stock = [];
    readonly HashSet<int> stores = [];
    readonly Dictionary<(int Store, long Version), SettledRow> settled = [];
    long products;

    public long Effects { get; private set; }

    /// <summary>Entries that have effects at a version that is not theirs.</summary>
    public long CountedAgain { get; private set; }

    public int Stores => stores.Count;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ReadStockAsync(cancellationToken);
        await ReadSettledAsync(cancellationToken);
        await using var journal = await snapshot.CursorAsync(JournalSql, JournalRow.Read, cancellationToken);
        await using var effects = await snapshot.CursorAsync(EffectsSql, Effect.Read, cancellationToken);
        await using var commits = await snapshot.CursorAsync(CommitsSql, Commit.Read, cancellationToken);
        stores.UnionWith(cloud.StoreHeads.Keys);
        stores.UnionWith(stock.Keys);
        while (journal.HasRow || effects.HasRow || commits.HasRow)
        {
            var store = Math.Min(journal.HasRow ? journal.Row.StoreId : int.MaxValue, Math.Min(effects.HasRow ? effects.Row.Store : int.MaxValue, commits.HasRow ? commits.Row.Store : int.MaxValue));
            stores.Add(store);
            await CheckStoreAsync(store, journal, effects, commits, cancellationToken);
        }

        foreach (var row in settled.Values) verdicts["S3"].Broken($"store {row.StoreId}: {row.Entry} says that {row.SettledBy} settled it at {row.Version}, and no cloud entry there does");
        foreach (var ledger in ledgers.Where(ledger => ledger.StoreFeed.Version == 0)) CompareCache(ledger, []);
        CompareFolds();
        verdicts["S5"].Observed($"{Effects:N0} effects, {products:N0} products of {stores.Count} stores, by version and by entry id");
        verdicts["S13"].Observed($"{entries.Counts.Entries:N0} counts of {entries.Counts.All.Count():N0} products, each effect and the result");
        verdicts["S14"].Observed(string.Join(", ", ledgers.Select(ledger => $"{ledger} at {ledger.StoreFeed.Version:N0} and {ledger.CatalogueFeed.Version:N0}").DefaultIfEmpty("no ledger")));
        if (ledgers.Sum(ledger => ledger.CacheDriftCount) is > 0 and var drift) verdicts["S14"].Observed($"{drift} drifts that devices noticed");
        verdicts["S17"].Observed($"caches of {ledgers.Count} ledgers");
    }

    async Task ReadStockAsync(CancellationToken cancellationToken)
    {
        await using var rows = await snapshot.CursorAsync(
            StockSql, reader => (Store: reader.GetInt32(0), Product: reader.GetString(1), OnHand: reader.GetInt64(2), Version: reader.GetInt64(3)), cancellationToken);
        for (; rows.HasRow; await rows.MoveAsync(cancellationToken))
        {
            if (!stock.TryGetValue(rows.Row.Store, out var ofStore)) stock[rows.Row.Store] = ofStore = new(StringComparer.Ordinal);
            ofStore[rows.Row.Product] = (rows.Row.OnHand, rows.Row.Version);
            products++;
        }
    }

    async Task ReadSettledAsync(CancellationToken cancellationToken)
    {
        await using var rows = await snapshot.CursorAsync(SettledRow.Sql, SettledRow.Read, cancellationToken);
        for (; rows.HasRow; await rows.MoveAsync(cancellationToken))
        {
            if (!settled.TryAdd((rows.Row.StoreId, rows.Row.Version), rows.Row)) verdicts["S3"].Broken($"store {rows.Row.StoreId}: {rows.Row.Entry} is settled at {rows.Row.Version}, where another entry is");
        }
    }

    /// <summary>What a cloud entry moves: the entry that it replays or the bytes that it corrects by, and nothing where it voids. The two rows name each other.</summary>
    void AddSettled(JournalRow row)
    {
        if (!body.Read(row.Bytes) || !EntryKinds.IsSettlement(body.Kind)) return;
        if (!settled.Remove((row.StoreId, row.ReceivedAtVersion), out var original) || original.SettledBy != row.Id || original.Entry != body.Original
            || original.Settlement != body.Kind - EntryKinds.QuarantineVoided + 1)
        {
            verdicts["S3"].Broken($"store {row.StoreId}: {row.Id} ({EntryKinds.Name(body.Kind)}) settles {body.Original}, which does not say so");
            return;
        }

        var counted = new EntryBody();
        if (body.Kind == EntryKinds.QuarantineReplayed && counted.Read(original.Bytes)) counted.AddMovements(movements);
        if (body.Kind == EntryKinds.QuarantineCorrected && counted.Read(body.Corrected)) counted.AddMovements(movements);
        ForgetSeen(row);
    }

    async Task CheckStoreAsync(int store, Cursor<JournalRow> journal, Cursor<Effect> effects, Cursor<Commit> commits, CancellationToken cancellationToken)
    {
        state.Clear();
        counted.Clear();
        movedOfCounted.Clear();
        var cursors = new Queue<Ledger>(ledgers.Where(ledger => ledger.StoreId == store && ledger.StoreFeed.Version > 0).OrderBy(ledger => ledger.StoreFeed.Version));
        var (version, hash, sinceCommit, effectsSinceCommit) = (0L, default(Digest), new List<EntryKey>(), 0L);
        while (effects.HasRow && effects.Row.Store == store)
        {
            if (effects.Row.Version != version + 1) verdicts["S5"].Broken($"store {store}: nothing at versions {version + 1} to {effects.Row.Version - 1}");
            version = effects.Row.Version;
            var row = await JournalAtAsync(store, version, journal, cancellationToken);
            effectsSinceCommit += await CheckVersionAsync(store, version, row, effects, cancellationToken);
            if (row is not null) sinceCommit.Add(row.Id);

            // Every commit up to this version; one that ends between two of them has lost its rows.
            while (commits.HasRow && commits.Row.Store == store && commits.Row.Version <= version)
            {
                var commit = commits.Row;
                hash = Chain.Commit(hash, sinceCommit);
                if (commit.Version != version || commit.Hash != hash) verdicts["S5"].Broken($"store {store}: the commit at {commit.Version} has hash {commit.Hash}, its entries give {hash}");
                if (commit.EffectCount != effectsSinceCommit) verdicts["S5"].Broken($"store {store}: the commit at {commit.Version} says {commit.EffectCount} effects, there are {effectsSinceCommit}");
                hash = commit.Hash ?? hash;
                sinceCommit.Clear();
                effectsSinceCommit = 0;
                await commits.MoveAsync(cancellationToken);
            }

            while (cursors.TryPeek(out var ledger) && ledger.StoreFeed.Version <= version)
            {
                cursors.Dequeue();
                if (sinceCommit.Count > 0 || ledger.StoreFeed.Hash != hash) verdicts["S14"].Broken($"{ledger}: the store feed at {ledger.StoreFeed.Version} has hash {ledger.StoreFeed.Hash}, the cloud's is {hash}");
                CompareCache(ledger, state);
            }
        }

        await JournalAtAsync(store, long.MaxValue, journal, cancellationToken);
        for (; commits.HasRow && commits.Row.Store == store; await commits.MoveAsync(cancellationToken)) verdicts["S5"].Broken($"store {store}: a commit at {commits.Row.Version} without effects");
        if (sinceCommit.Count > 0) verdicts["S5"].Broken($"store {store}: {sinceCommit.Count} versions above the last commit");
        foreach (var ledger in cursors) verdicts["S14"].Broken($"{ledger}: its store feed stands at {ledger.StoreFeed.Version}, the cloud's at {version}");
        if (!cloud.StoreHeads.TryGetValue(store, out var head) || head.Version != version || (version > 0 && head.Hash != hash))
            verdicts["S5"].Broken($"store {store}: the head says version {head.Version}, hash {head.Hash}; the effects end at {version}, {hash}");
        CompareStock(store);
    }

    /// <summary>The journal row of a version, past those that the effects have skipped.</summary>
    async Task<JournalRow?> JournalAtAsync(int store, long version, Cursor<JournalRow> journal, CancellationToken cancellationToken)
    {
        JournalRow? row = null;
        for (; journal.HasRow && journal.Row.StoreId == store && journal.Row.ReceivedAtVersion <= version; await journal.MoveAsync(cancellationToken))
        {
            if (journal.Row.ReceivedAtVersion < version) verdicts["S5"].Broken($"store {store}: {journal.Row.Id} was received at version {journal.Row.ReceivedAtVersion}, where no effect is");
            else if (row is null) row = journal.Row;
            else verdicts["S5"].Broken($"store {store}, version {version}: {row.Id} and {journal.Row.Id}");
        }

        return row;
    }

    async Task<long> CheckVersionAsync(int store, long version, JournalRow? row, Cursor<Effect> effects, CancellationToken cancellationToken)
    {
        movements.Clear();
        if (row is null)
        {
            verdicts["S5"].Broken($"store {store}, version {version}: effects of {effects.Row.Entry} and no journal row");
            CountedAgain++;
        }
        else if (row.IsOfCloud)
        {
            AddSettled(row);
        }
        else if (row.Settlement == SettledRow.Replayed)
        {
            // In its own step it stood in quarantine; the step of the cloud entry moves what it says.
            if (row.MergedAtVersion is not { } merged || !settled.TryGetValue((store, merged), out var replayed) || replayed.Entry != row.Id)
                verdicts["S5"].Broken($"store {store}: {row.Id} was replayed and is merged at {row.MergedAtVersion}, where no cloud entry settles it");
        }
        else if (!row.IsQuarantined)
        {
            if (row.MergedAtVersion != version) verdicts["S5"].Broken($"store {store}: {row.Id} was received at {version} and merged at {row.MergedAtVersion}");
            if (body.Read(row.Bytes)) Expect(store, row);
        }

        var rule = row is not null && body.Kind == EntryKinds.StockCounted ? "S13" : "S5";

        var count = 0L;
        for (; effects.HasRow && effects.Row.Store == store && effects.Row.Version == version; await effects.MoveAsync(cancellationToken))
        {
            var effect = effects.Row;
            count++;
            Effects++;
            if (row is not null && effect.Entry != row.Id) verdicts["S5"].Broken($"store {store}, version {version}: an effect of {effect.Entry} in the step of {row.Id}");
            if (effect.Product is null)
            {
                if (movements.Count > 0 || effect.Delta != 0) verdicts["S5"].Broken($"store {store}, version {version}: {effect.Entry} moves stock and its effect names no product");
                continue;
            }

            if (row is not null && (!movements.Remove(effect.Product, out var delta) || delta != effect.Delta))
                verdicts[rule].Broken($"store {store}, version {version}: {effect.Product} by {effect.Delta}, the bytes of {effect.Entry} say {delta}");
            var onHand = state.GetValueOrDefault(effect.Product).OnHand + effect.Delta;
            if (effect.OnHand != onHand) verdicts["S5"].Broken($"store {store}, version {version}: {effect.Product} has {effect.OnHand} on hand, the effects before give {onHand}");
            state[effect.Product] = (onHand, version);
        }

        foreach (var (product, delta) in movements) verdicts["S5"].Broken($"store {store}, version {version}: {row?.Id} moves {product} by {delta} and has no effect");
        return count;
    }

    /// <summary>Of what moves, what a later count saw has no effect; what a count to come has not seen is kept for it.</summary>
    void ForgetSeen(JournalRow row)
    {
        var at = EntryOrder.Of(row);
        foreach (var (product, delta) in movements.Where(movement => entries.Counts.Has(row.StoreId, movement.Key)).ToList())
        {
            if (!movedOfCounted.TryGetValue(product, out var moved)) movedOfCounted[product] = moved = [];
            moved.Add((at, delta));
            if (WasCountedAfter(product, at)) movements[product] = 0;
        }
    }

    /// <summary>The effects that the row's bytes mean at this point of the feed: a movement that a later count saw has 0, as has an older count.</summary>
    void Expect(int store, JournalRow row)
    {
        var at = EntryOrder.Of(row);
        body.AddMovements(movements);
        ForgetSeen(row);
        if (body.Kind != EntryKinds.StockCounted || !body.AddCounts(movements)) return;
        foreach (var (product, quantity) in movements.ToList())
        {
            if (WasCountedAfter(product, at))
            {
                movements[product] = 0;
                continue;
            }

            counted[product] = at;
            var after = movedOfCounted.GetValueOrDefault(product)?.Where(move => move.At.CompareTo(at) > 0).Sum(move => move.Delta) ?? 0;
            movements[product] = quantity + after - state.GetValueOrDefault(product).OnHand;
        }
    }

    bool WasCountedAfter(string product, EntryOrder at) => counted.TryGetValue(product, out var latest) && latest.CompareTo(at) > 0;

    void CompareStock(int store)
    {
        stock.Remove(store, out var ofStore);
        foreach (var (product, (onHand, version)) in ofStore ?? [])
        {
            if (!state.TryGetValue(product, out var expected)) verdicts["S5"].Broken($"store {store}: {product} has {onHand} on hand and no effect");
            else if (expected != (onHand, version))
                verdicts["S5"].Broken($"store {store}: {product} has {onHand} on hand at {version}, its effects give {expected.OnHand} at {expected.Version}");
        }

        foreach (var product in state.Keys.Where(product => ofStore?.ContainsKey(product) != true)) verdicts["S5"].Broken($"store {store}: {product} has effects and no stock row");
        foreach (var (product, (onHand, _)) in state)
        {
            if (entries.Fold.GetValueOrDefault((store, product)) is var sum && sum != onHand)
                verdicts[entries.Counts.Has(store, product) ? "S13" : "S5"].Broken($"store {store}: {product} sums to {sum} over the journal and to {onHand} over its effects");
        }
    }

    void CompareFolds()
    {
        foreach (var (store, ofStore) in stock) verdicts["S5"].Broken($"store {store}: {ofStore.Count} stock rows and no journal");
        foreach (var (store, product) in entries.Fold.Keys.Where(key => !stores.Contains(key.Store))) verdicts["S5"].Broken($"store {store}: {product} moved in the journal alone");
    }

    void CompareCache(Ledger ledger, Dictionary<string, (long OnHand, long Version)> expected)
    {
        var found = 0;
        foreach (var (store, product, onHand, version) in ledger.Read(ledger.Command(CacheSql), reader => (reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3))))
        {
            if (store != ledger.StoreId)
            {
                verdicts["S17"].Broken($"{ledger}: its cache holds {product} of store {store}");
                continue;
            }

            found++;
            if (!expected.TryGetValue(product, out var row)) verdicts["S14"].Broken($"{ledger}: its cache has {product}, the feed up to {ledger.StoreFeed.Version} has not");
            else if (row != (onHand, version)) verdicts["S14"].Broken($"{ledger}: its cache has {onHand} of {product} at {version}, the feed {row.OnHand} at {row.Version}");
        }

        if (found < expected.Count) verdicts["S14"].Broken($"{ledger}: its cache has {found} products, the feed up to {ledger.StoreFeed.Version} has {expected.Count}");
    }

    sealed record Effect(int Store, long Version, EntryKey Entry, string? Product, long Delta, long? OnHand)
    {
        public static Effect Read(DbDataReader reader) => new(
            reader.GetInt32(0), reader.GetInt64(1), EntryKey.Of(reader.GetGuid(2)), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetInt64(5));
    }

    sealed record Commit(int Store, long Version, Digest? Hash, long EffectCount)
    {
        public static Commit Read(DbDataReader reader) => new(reader.GetInt32(0), reader.GetInt64(1), JournalRow.ReadDigest(reader, 2), reader.GetInt64(3));
    }
}
