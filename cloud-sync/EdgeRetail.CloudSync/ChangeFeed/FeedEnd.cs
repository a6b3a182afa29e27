using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>Why a session gets no more pages, and has to begin anew.</summary>
public abstract record FeedEnd
{
    FeedEnd()
    {
    }

    /// <summary>What was sent is not of the feed's history any more: the database was set back.</summary>
    public sealed record SetBack(FeedKind Feed, long Head) : FeedEnd;

    /// <summary>The session's stream is not in the database any more, which was set back to before the session began.</summary>
    public sealed record StreamUnknown(StreamId Stream) : FeedEnd;

    /// <summary>The feed was asked for after a cursor that is not of its history.</summary>
    public sealed record CursorUnknown(FeedKind Feed, long Version) : FeedEnd;
}
