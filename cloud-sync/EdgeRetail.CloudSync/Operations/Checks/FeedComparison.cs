using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>Recomputes a store's feed hashes, commit by commit, and compares them with the stored ones.</summary>
sealed class FeedComparison(int storeId, Violations violations)
{
    readonly List<EntryId> sinceCommit = [];
    FeedHash hash = FeedHash.Start;
    int effectsSinceCommit;

    public void Take(EntryId entry, int effects)
    {
        sinceCommit.Add(entry);
        effectsSinceCommit += effects;
    }

    /// <summary>The commit that ends at the entry taken last. A wrong hash is named once: the ones after it go on from what is stored.</summary>
    public void Commit(StoredCommit commit, StockChecksum checksum, long latestEffectiveTime)
    {
        hash = hash.Append(sinceCommit);
        if (commit.EffectCount != effectsSinceCommit)
            violations.Add(Invariants.GapFreeFeeds, $"the commit of store {storeId} at version {commit.Version} says {commit.EffectCount} effects, the journal makes {effectsSinceCommit}");
        sinceCommit.Clear();
        effectsSinceCommit = 0;
        if (!checksum.ToByteArray().AsSpan().SequenceEqual(commit.Checksum))
            violations.Add(Invariants.StockIsTheFold, $"the stock checksum of store {storeId} at version {commit.Version} does not recompute");
        if (latestEffectiveTime != commit.LatestEffectiveTime)
            violations.Add(Invariants.StockIsTheFold, $"the latest effective time of store {storeId} through version {commit.Version} is {commit.LatestEffectiveTime}, the journal makes it {latestEffectiveTime}");
        if (hash.ToByteArray().AsSpan().SequenceEqual(commit.Hash)) return;
        violations.Add(Invariants.GapFreeFeeds, $"the feed hash of store {storeId} at version {commit.Version} does not recompute");
        hash = FeedHash.Read(commit.Hash);
    }

    public void Unexpected(StoredCommit commit) =>
        violations.Add(Invariants.GapFreeFeeds, $"the feed of store {storeId} has a commit at version {commit.Version}, at which the journal has no entry");

    /// <summary>The feed hash at the journal's end.</summary>
    public FeedHash End(long version)
    {
        if (sinceCommit.Count == 0) return hash;
        violations.Add(Invariants.GapFreeFeeds, $"the last {PlainWords.Count(sinceCommit.Count, "version", "versions")} of store {storeId}, up to {version}, are in no commit of its feed");
        return hash.Append(sinceCommit);
    }
}
