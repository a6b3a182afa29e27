using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>What reading a feed after a cursor came to.</summary>
public abstract record FeedPage
{
    FeedPage()
    {
    }

    /// <summary>Rows through a commit. At the head it carries the reader's own marker, and may have no rows.</summary>
    public sealed record Read(Page Page, bool AtHead) : FeedPage;

    /// <summary>The feed's head is behind the cursor: the database was set back, and the session has to begin anew.</summary>
    public sealed record BehindCursor(long Head) : FeedPage;
}
