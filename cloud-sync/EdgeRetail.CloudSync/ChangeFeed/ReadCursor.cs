using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>How far a reader has a feed, and the feed hash there: which version it is, and of which history.</summary>
public readonly record struct ReadCursor(long Version, FeedHash Hash)
{
    /// <summary>Where every feed of every history begins.</summary>
    public static readonly ReadCursor Start = new(0, FeedHash.Start);

    /// <summary>Where the reader stands after the page.</summary>
    public static ReadCursor After(Page page) => new((long)page.ToVersion, page.ToVersion == 0 ? FeedHash.Start : FeedHash.Read(page.Hash.Span));

    /// <summary>What a device presents; one without a proper hash is of no history, but at the start.</summary>
    public static ReadCursor Of(FeedCursor? cursor) => cursor is null or { Version: 0 }
        ? Start
        : new((long)Math.Min(cursor.Version, long.MaxValue), cursor.Hash.Length == Hash256.Length ? FeedHash.Read(cursor.Hash.Span) : FeedHash.Start);

    /// <summary>Whether a commit with this hash at the cursor's version is the one that the reader has seen; null: there is none.</summary>
    public bool IsOf(byte[]? commitHash) => Version == 0 || (commitHash is not null && FeedHash.Read(commitHash) == Hash);
}
