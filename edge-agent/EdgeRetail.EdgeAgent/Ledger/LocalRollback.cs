using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>Notices that the ledger is behind what it had confirmed to a seller: restored from a copy, or its disk lost what it had synced.</summary>
static class LocalRollback
{
    public const string Code = "LOCAL_ROLLBACK";

    const string KnownStreamSql = "SELECT count(*) FROM stream WHERE stream_id = $stream";
    const string SeriesTakenSql = "SELECT count(*) FROM receipt WHERE series = $series";

    /// <summary>How the ledger contradicts the mark, in words; null where it does not.</summary>
    public static string? Find(Connection snapshot, DeviceState state, HighWaterMark mark)
    {
        // Another device's, which had this directory before.
        if (mark.Device != state.Identity.Device) return null;
        if (mark.Stream != state.Stream)
        {
            // The mark of a stream that this ledger has closed is only late: it is written after the commit.
            using var known = snapshot.Prepare(KnownStreamSql);
            return known.Bind("$stream", mark.Stream.ToByteArray()).Step() && known.Int64(0) > 0
                ? null
                : $"The ledger does not know stream {mark.Stream}, in which {mark.Sequence} entries had been recorded.";
        }

        if (state.LastSequence < mark.Sequence) return $"The ledger ends at entry {state.LastSequence}, {mark.Sequence} had been recorded.";
        if (!LedgerStore.KnowsChain(state, mark.Sequence)) return null;
        return (LedgerStore.KnownChain(state, mark.Sequence) ?? LedgerStore.ChainAt(snapshot, state, mark.Sequence)) == mark.Chain
            ? null
            : $"The ledger has other entries than those that had been recorded, up to entry {mark.Sequence}.";
    }

    /// <summary>Asks for a new stream, and numbers receipts in a series of its own until there is one.</summary>
    public static void Persist(DeviceStateStore states, string finding, Func<int, int> below) => states.Write(Durability.Synced, (tx, state) =>
    {
        var series = ProvisionalSeries.Draw(below, series => IsTaken(tx.Connection, series));
        return (true, state with
        {
            Fork = state.Fork ?? new(Code, finding),
            Identity = state.Identity with { ReceiptSeries = series },
            NextReceiptNumber = 1,
        });
    });

    static bool IsTaken(Connection snapshot, string series)
    {
        using var taken = snapshot.Prepare(SeriesTakenSql);
        return taken.Bind("$series", series).Step() && taken.Int64(0) > 0;
    }
}
