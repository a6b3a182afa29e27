using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>How far the ledger's cache has applied a feed.</summary>
sealed record LedgerFeed(long Version, Digest Hash)
{
    public static readonly LedgerFeed None = new(0, default);
}
