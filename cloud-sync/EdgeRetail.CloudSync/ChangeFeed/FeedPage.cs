using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>What reading a feed after a cursor came to.</summary>
public abstract record FeedPage
{
    FeedPage()
    {
    }

    /// <summary>Rows through a commit. At the head it carries the reader's own marker, and may have no rows.</summary>
    public sealed record Read(Page Page, bool AtHead) : FeedPage
    {
        /// <summary>The number of the latest answer to a close that the page carries; 0 where it carries none.</summary>
        public long LastAnswer { get; init; }

        /// <summary>The database does not have the reader's stream, in which its session was opened: it was set back to before that.</summary>
        public bool IsOfNoStream => AtHead && Page.Marker is null;
    }

    /// <summary>The feed's history does not hold the cursor: the database was set back, also where its head has grown past it since.</summary>
    public sealed record BehindCursor(long Head) : FeedPage;
}
