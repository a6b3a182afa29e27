using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>One store of a cloud in memory: merges entries of this and other devices, and gives its feed in pages.</summary>
sealed class SimulatedCloud(StoreId store, StreamId stream)
{
    readonly List<(long Version, FeedHash Hash, IReadOnlyList<EffectRow> Rows, StockChecksum Checksum)> commits = [];
    readonly HashSet<EntryId> journal = [];
    readonly Dictionary<ProductCode, long> onHand = [];
    readonly SortedDictionary<ProductCode, long> versions = [];
    StockChecksum checksum;
    long others;

    /// <summary>Another history of the same store: other devices' entries have other ids there.</summary>
    public byte History { get; init; } = 1;

    /// <summary>Whether pages say the checksum of the stock.</summary>
    public bool SaysChecksums { get; init; }

    public long AppliedThrough { get; private set; }

    public ChainHash AppliedChain { get; private set; } = ChainHash.Start(stream);

    public long Head => commits.Count == 0 ? 0 : commits[^1].Version;

    public IReadOnlyDictionary<ProductCode, long> OnHand => onHand;

    /// <summary>What the quarantined entries would have moved.</summary>
    public Dictionary<EntryId, IReadOnlyList<StockMovement>> Quarantined { get; } = [];

    /// <summary>Merges the device's next entries as one commit.</summary>
    public void Ingest(EdgeAgent.Outbox.OutboxBatch batch, Func<EntryId, bool>? quarantine = null)
    {
        Assert.That(batch.ChainBefore, Is.EqualTo(AppliedChain));
        var merged = new List<(EntryId, IReadOnlyList<StockMovement>, bool)>();
        foreach (var bytes in batch.Entries)
        {
            var decoded = (EntryDecoding.Decoded)EntryCodec.Decode(bytes);
            AppliedChain = AppliedChain.Append(++AppliedThrough, decoded.Hash);
            Assert.That(journal.Add(decoded.Id), Is.True, "an entry is sent once here");
            var bad = quarantine?.Invoke(decoded.Id) ?? false;
            if (bad) Quarantined.Add(decoded.Id, StockMovements.Of(decoded.Entry));
            merged.Add((decoded.Id, bad ? [] : StockMovements.Of(decoded.Entry), bad));
        }

        Commit(merged);
    }

    /// <summary>Another device of the store moves stock.</summary>
    public void Move(ProductCode product, long delta) => Commit([(EntryId.Derive(++others, Hash256.Of([History])), [new(product, delta)], false)]);

    /// <summary>The commits after a cursor, so many at most; at the head with the own marker, if it is asked for.</summary>
    public StorePage? Page(long cursor, int commitsMax, bool marker)
    {
        var taken = commits.Where(commit => commit.Version > cursor).Take(commitsMax).ToList();
        if (taken.Count == 0 && !marker) return null;
        var to = taken.Count == 0 ? cursor : taken[^1].Version;
        var hash = to == 0 ? FeedHash.Start : commits.Single(commit => commit.Version == to).Hash;
        return new(store, cursor, to, hash, [.. taken.SelectMany(commit => commit.Rows)], marker && to == Head ? new(stream, AppliedThrough, AppliedChain) : null)
        {
            Checksum = SaysChecksums ? (to == 0 ? StockChecksum.Empty : commits.Single(commit => commit.Version == to).Checksum) : null,
        };
    }

    /// <summary>So many stock rows after a key, as they are now; with a last key, those of the range.</summary>
    public StockRows Rows(string after, int max, string lastKey = "")
    {
        var inRange = versions.Where(row => string.CompareOrdinal(row.Key.Value, after) > 0 && (lastKey.Length == 0 || string.CompareOrdinal(row.Key.Value, lastKey) <= 0)).ToList();
        var taken = inRange.Take(max).Select(row => new SnapshotRow(row.Key, onHand[row.Key], row.Value)).ToList();
        return new(store, after, inRange.Count > max ? taken[^1].Product.Value : lastKey, HeadCursor, taken, versions.Count, false);
    }

    public FeedCursor HeadCursor => commits.Count == 0 ? FeedCursor.Start : new(Head, commits[^1].Hash);

    void Commit(List<(EntryId Entry, IReadOnlyList<StockMovement> Movements, bool Quarantined)> merged)
    {
        var version = Head;
        var rows = new List<EffectRow>();
        foreach (var (entry, movements, quarantined) in merged)
        {
            version++;
            if (movements.Count == 0) rows.Add(new(version, entry, null, 0, 0, quarantined));
            foreach (var movement in movements)
            {
                if (versions.TryGetValue(movement.Product, out var before)) checksum = checksum.Without(movement.Product, onHand[movement.Product], before);
                rows.Add(new(version, entry, movement.Product, movement.DeltaThousandths, onHand[movement.Product] = onHand.GetValueOrDefault(movement.Product) + movement.DeltaThousandths, false));
                checksum = checksum.With(movement.Product, onHand[movement.Product], versions[movement.Product] = version);
            }
        }

        var hash = commits.Count == 0 ? FeedHash.Start : commits[^1].Hash;
        commits.Add((version, hash.Append(merged.Select(item => item.Entry)), rows, checksum));
    }
}
