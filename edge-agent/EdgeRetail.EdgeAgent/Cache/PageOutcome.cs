using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>What the cache made of a page. Only <see cref="Applied"/> wrote anything.</summary>
public abstract record PageOutcome
{
    PageOutcome()
    {
    }

    /// <summary>Rows, coverage and cursor are committed. <paramref name="Covered"/> own entries are no longer pending; <paramref name="Drifted"/> rows did not follow from the cached figure.</summary>
    public sealed record Applied(long Version, int Covered, int Drifted) : PageOutcome
    {
        /// <summary>The cloud's checksum at the page's end is not that of the cache: some row differs.</summary>
        public bool ChecksumDiffers { get; init; }

        /// <summary>Rows of what was covered are still there, to be cleared away by <see cref="SnapshotStore.DropOld"/>.</summary>
        public bool LeavesRows { get; init; }
    }

    /// <summary>The page does not begin where the cache stands.</summary>
    public sealed record CursorElsewhere(long CursorVersion) : PageOutcome;

    /// <summary>The page is of another store than the device stands in.</summary>
    public sealed record OtherStore(StoreId CacheStore) : PageOutcome;

    /// <summary>The own marker names another stream, another chain hash, or more than this ledger has: say Hello.</summary>
    public sealed record MarkerDiffers(string Detail) : PageOutcome;

    /// <summary>The page is not what the cloud sent: something on the way changed it.</summary>
    public sealed record Damaged(string Detail) : PageOutcome;

    /// <summary>Rows out of order or outside the page's versions.</summary>
    public sealed record Malformed(string Detail) : PageOutcome;
}
