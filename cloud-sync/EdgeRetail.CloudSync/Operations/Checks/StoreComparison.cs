using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>
/// Rebuilds a store from its journal and compares every effect, every commit's hash, the head and every stock figure with what
/// the tables hold. Both sides are read in their order; only stock is held in memory.
/// </summary>
static class StoreComparison
{
    public static async Task<StoreComparisonResult> CompareAsync(Snapshot snapshot, int storeId, Violations violations, CancellationToken cancellationToken)
    {
        await using var steps = await snapshot.OpenAsync(cancellationToken);
        await using var effects = await snapshot.OpenAsync(cancellationToken);
        await using var commits = await snapshot.OpenAsync(cancellationToken);
        var rebuild = new StoreRebuild(storeId, await RegisterTables.ReadPoliciesAsync(steps, cancellationToken), violations);
        await foreach (var (instant, bytes) in StoreTables.CountsAsync(steps, storeId, cancellationToken)) rebuild.Expect(instant, bytes);
        var comparedEffects = 0L;
        FeedHash hash;

        await using (var stored = StoreTables.EffectsAsync(effects, storeId, cancellationToken).GetAsyncEnumerator(cancellationToken))
        await using (var commit = StoreTables.CommitsAsync(commits, storeId, cancellationToken).GetAsyncEnumerator(cancellationToken))
        {
            var hasStored = await stored.MoveNextAsync();
            var feed = new FeedComparison(storeId, violations);
            var hasCommit = await commit.MoveNextAsync();
            await foreach (var step in StoreTables.StepsAsync(steps, storeId, cancellationToken))
            {
                var made = rebuild.Take(step);
                foreach (var effect in made)
                {
                    comparedEffects++;
                    var expected = StoredEffect.Of(effect);
                    while (hasStored && IsBefore(stored.Current, expected))
                    {
                        Extra(stored.Current);
                        hasStored = await stored.MoveNextAsync();
                    }

                    if (hasStored && (stored.Current.Version, stored.Current.Ordinal) == (expected.Version, expected.Ordinal))
                    {
                        if (stored.Current != expected) violations.Add(Invariants.StockIsTheFold, $"effect {expected.Version}.{expected.Ordinal} of store {storeId} is {stored.Current.Words()}, the journal makes it {expected.Words()} (entry {expected.EntryId})");
                        hasStored = await stored.MoveNextAsync();
                    }
                    else
                    {
                        violations.Add(Invariants.StockIsTheFold, $"effect {expected.Version}.{expected.Ordinal} of store {storeId} is missing; the journal makes it {expected.Words()} (entry {expected.EntryId})");
                    }
                }

                while (hasCommit && commit.Current.Version < step.Version)
                {
                    feed.Unexpected(commit.Current);
                    hasCommit = await commit.MoveNextAsync();
                }

                feed.Take(new(step.EntryId), made.Count);
                if (!hasCommit || commit.Current.Version != step.Version) continue;
                feed.Commit(commit.Current, rebuild.Checksum, rebuild.LatestEffectiveTime);
                hasCommit = await commit.MoveNextAsync();
            }

            for (; hasStored; hasStored = await stored.MoveNextAsync()) Extra(stored.Current);
            for (; hasCommit; hasCommit = await commit.MoveNextAsync()) feed.Unexpected(commit.Current);
            hash = feed.End(rebuild.Version);
        }

        await CompareHeadAsync(snapshot, storeId, rebuild, hash, violations, cancellationToken);
        await CompareStockAsync(snapshot, storeId, rebuild, violations, cancellationToken);
        await CompareRegistersAsync(snapshot, storeId, rebuild, violations, cancellationToken);
        return new(rebuild.Version, rebuild.Steps, comparedEffects, rebuild.Stock.Count);

        void Extra(StoredEffect effect) => violations.Add(Invariants.StockIsTheFold, $"effect {effect.Version}.{effect.Ordinal} of store {storeId} ({effect.Words()}, entry {effect.EntryId}) is none that the journal makes");
    }

    static async Task CompareHeadAsync(Snapshot snapshot, int storeId, StoreRebuild rebuild, FeedHash hash, Violations violations, CancellationToken cancellationToken)
    {
        if (await StoreTables.HeadAsync(snapshot.Connection, storeId, cancellationToken) is not { } head)
            violations.Add(Invariants.GapFreeFeeds, $"store {storeId} has no head");
        else if (head.Version != rebuild.Version)
            violations.Add(Invariants.GapFreeFeeds, $"the head of store {storeId} is at version {head.Version}, its journal at {rebuild.Version}");
        else if (head.Hash != hash)
            violations.Add(Invariants.GapFreeFeeds, $"the feed hash at the head of store {storeId} (version {rebuild.Version}) does not recompute");
        else if (head.Checksum != rebuild.Checksum)
            violations.Add(Invariants.StockIsTheFold, $"the stock checksum at the head of store {storeId} (version {rebuild.Version}) does not recompute");
        else if (head.LatestEffectiveTime != rebuild.LatestEffectiveTime)
            violations.Add(Invariants.StockIsTheFold, $"the latest effective time at the head of store {storeId} is {head.LatestEffectiveTime}, the journal makes it {rebuild.LatestEffectiveTime}");
    }

    static async Task CompareStockAsync(Snapshot snapshot, int storeId, StoreRebuild rebuild, Violations violations, CancellationToken cancellationToken)
    {
        var missing = rebuild.Stock.ToDictionary(pair => pair.Key.Value, pair => pair.Value);
        await foreach (var (product, stock) in StoreTables.StockAsync(snapshot.Connection, storeId, cancellationToken))
        {
            if (!missing.Remove(product, out var expected))
                violations.Add(Invariants.StockIsTheFold, $"stock of {ProductCodes.Display(product)} in store {storeId} is {PlainWords.Quantity(stock.OnHand / 1000m)}, and no entry moves it");
            else if (stock.Counted != expected.Counted)
                violations.Add(Invariants.CountsHold, $"the latest count of {ProductCodes.Display(product)} in store {storeId} is {stock.Counted?.Entry.ToString() ?? "none"}, the journal makes it {expected.Counted?.Entry.ToString() ?? "none"}");
            else if (stock != expected)
                violations.Add(Invariants.StockIsTheFold, $"stock of {ProductCodes.Display(product)} in store {storeId} is {PlainWords.Quantity(stock.OnHand / 1000m)} at version {stock.Version}, the journal makes it {PlainWords.Quantity(expected.OnHand / 1000m)} at version {expected.Version}");
        }

        foreach (var (product, expected) in missing.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            violations.Add(Invariants.StockIsTheFold, $"stock of {ProductCodes.Display(product)} in store {storeId} is missing, the journal makes it {PlainWords.Quantity(expected.OnHand / 1000m)}");
    }

    static async Task CompareRegistersAsync(Snapshot snapshot, int storeId, StoreRebuild rebuild, Violations violations, CancellationToken cancellationToken)
    {
        var registers = rebuild.Registers.Registers;
        var edits = registers.Values.SelectMany(register => register.Added.Select(each => (register.Key, Entry: each.Edit.Id, each.Version))).ToHashSet();
        await foreach (var edit in StoreTables.EditsAsync(snapshot.Connection, storeId, cancellationToken))
        {
            if (!edits.Remove(edit)) violations.Add(Invariants.EditsConverge, $"entry {edit.Entry} is listed as an edit of {Words(edit.Key)} in store {storeId} at version {edit.Version}, and the journal has none such");
        }

        foreach (var (key, entry, version) in edits) violations.Add(Invariants.EditsConverge, $"edit {entry} of {Words(key)} in store {storeId} at version {version} is not listed");

        var expected = registers.Values.ToDictionary(register => register.Key, StoredRegister.Of);
        await foreach (var stored in StoreTables.RegistersAsync(snapshot.Connection, storeId, cancellationToken))
        {
            if (!expected.Remove(stored.Key, out var made)) violations.Add(Invariants.EditsConverge, $"{Words(stored.Key)} in store {storeId} is {stored.Words()}, and no entry edits it");
            else if (made != stored) violations.Add(Invariants.EditsConverge, $"{Words(stored.Key)} in store {storeId} is {stored.Words()}, the journal makes it {made.Words()}");
        }

        foreach (var made in expected.Values) violations.Add(Invariants.EditsConverge, $"{Words(made.Key)} in store {storeId} is missing, the journal makes it {made.Words()}");

        var conflicts = registers.Values.SelectMany(register => register.Conflicts).ToDictionary(conflict => conflict.Id);
        await foreach (var stored in StoreTables.ConflictsAsync(snapshot.Connection, storeId, cancellationToken))
        {
            if (!conflicts.Remove(stored.Id, out var made)) violations.Add(Invariants.EditsConverge, $"conflict {stored.Id} of {Words(stored.Key)} in store {storeId} is none that the journal makes");
            else if (made != stored) violations.Add(Invariants.EditsConverge, $"conflict {stored.Id} of store {storeId} is {stored}, the journal makes it {made}");
        }

        foreach (var made in conflicts.Values) violations.Add(Invariants.EditsConverge, $"conflict {made.Id} of {Words(made.Key)} in store {storeId} is missing, between {made.First} and {made.Second}");
    }

    static string Words(RegisterKey key) => $"{key.Field} of {key.Product.Display}";

    static bool IsBefore(StoredEffect stored, StoredEffect expected) =>
        stored.Version < expected.Version || (stored.Version == expected.Version && stored.Ordinal < expected.Ordinal);
}
