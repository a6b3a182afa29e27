using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>How far a feed is applied, and its hash there.</summary>
public sealed record FeedCursor(long Version, FeedHash Hash)
{
    public static readonly FeedCursor Start = new(0, FeedHash.Start);
}
