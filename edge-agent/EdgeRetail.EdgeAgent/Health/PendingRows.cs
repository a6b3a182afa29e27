using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>Walks pending rows beside the entries, both in order of position.</summary>
sealed class PendingRows : IDisposable
{
    readonly Statement rows;
    bool more;
    long? skipped;

    public PendingRows(Statement rows)
    {
        this.rows = rows;
        more = rows.Step();
    }

    /// <summary>A position that is pending without an entry, once all entries were asked for.</summary>
    public long? Left => skipped ?? (more ? rows.Int64(0) : null);

    public IReadOnlyList<PendingRow> Of(long position)
    {
        if (!more) return [];
        while (more && rows.Int64(0) < position)
        {
            skipped ??= rows.Int64(0);
            more = rows.Step();
        }

        var found = new List<PendingRow>();
        while (more && rows.Int64(0) == position)
        {
            found.Add(new(rows.Text(1), rows.Int32(2), rows.Int64(3)));
            more = rows.Step();
        }

        return found;
    }

    public void Dispose() => rows.Dispose();
}
