using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>
/// Checks the catalogue feed: commits follow each other without a gap, no two products share a version, none is beyond the
/// head. A commit's hash recomputes as long as none of its rows has changed since; one that has is taken as stored. The checksum
/// at the head is that of the rows, with all that they say. No I/O.
/// </summary>
sealed class CatalogueCheck(Violations violations)
{
    readonly List<(string Code, long Version)> rows = [];
    int next;
    long version;
    byte[] hash = new byte[32];
    CatalogueChecksum checksum = CatalogueChecksum.Empty;

    /// <summary>Rows in order of version, before any commit.</summary>
    public void TakeRow(in ProductContent row)
    {
        var (code, rowVersion) = (row.Code, row.Version);
        if (!row.Deleted) checksum = checksum.With(row);
        if (rows.Count > 0 && rows[^1].Version == rowVersion)
            violations.Add(Invariants.GapFreeFeeds, $"products {ProductCodes.Display(rows[^1].Code)} and {ProductCodes.Display(code)} share version {rowVersion} of the catalogue");
        rows.Add((code, rowVersion));
    }

    public void TakeCommit(long commitVersion, byte[] commitHash, int rowCount)
    {
        if (commitVersion != version + rowCount)
            violations.Add(Invariants.GapFreeFeeds, $"the catalogue's commit at version {commitVersion} has {rowCount} rows after version {version}");
        var first = next;
        while (next < rows.Count && rows[next].Version <= commitVersion) next++;
        var present = rows.GetRange(first, next - first);
        if (present.Count == rowCount && !CatalogueStore.Hash(hash, present).AsSpan().SequenceEqual(commitHash))
            violations.Add(Invariants.GapFreeFeeds, $"the catalogue's feed hash at version {commitVersion} does not recompute");
        (version, hash) = (commitVersion, commitHash);
    }

    public void End(long headVersion, byte[] headHash, byte[] headChecksum)
    {
        if (!headChecksum.AsSpan().SequenceEqual(checksum.ToByteArray()))
            violations.Add(Invariants.GapFreeFeeds, $"the catalogue's checksum at its head (version {headVersion}) is not that of its products");
        foreach (var (code, rowVersion) in rows.Skip(next))
            violations.Add(Invariants.GapFreeFeeds, $"product {ProductCodes.Display(code)} is at version {rowVersion} of the catalogue, which ends at {version}");
        if (headVersion != version) violations.Add(Invariants.GapFreeFeeds, $"the catalogue's head is at version {headVersion}, its last commit at {version}");
        else if (!headHash.AsSpan().SequenceEqual(hash)) violations.Add(Invariants.GapFreeFeeds, $"the feed hash at the catalogue's head (version {headVersion}) is not its last commit's");
    }
}
