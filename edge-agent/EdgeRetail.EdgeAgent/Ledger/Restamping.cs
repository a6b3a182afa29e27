using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The chain of a new stream over everything that the ledger retains: positions stay, only the chain hashes are new. Most of it
/// is computed before the write transaction, which adds what was recorded meanwhile, so that selling waits for a moment only.
/// </summary>
sealed class Restamping
{
    const string OldestSql = "SELECT coalesce(min(position), 0) FROM entry";
    const string ReadHashesSql = "SELECT position, hash FROM entry WHERE position > $after ORDER BY position LIMIT $limit";

    readonly List<(long Sequence, ChainHash Chain)> checkpoints = [];

    Restamping(StreamId stream, long basePosition)
    {
        Stream = stream;
        BasePosition = basePosition;
        Chain = ChainHash.Start(stream);
    }

    public StreamId Stream { get; }

    /// <summary>The oldest retained position − 1.</summary>
    public long BasePosition { get; }

    public long LastSequence { get; private set; }

    public ChainHash Chain { get; private set; }

    public IReadOnlyList<(long Sequence, ChainHash Chain)> Checkpoints => checkpoints;

    /// <summary>Begins a stream at what the ledger retains; <paramref name="lastPosition"/> is where it begins when that is nothing.</summary>
    public static Restamping Begin(Connection snapshot, StreamId stream, long lastPosition)
    {
        var oldest = snapshot.Number(OldestSql);
        return new(stream, oldest == 0 ? lastPosition : oldest - 1);
    }

    /// <summary>Whether the ledger still begins where this does: nothing was pruned meanwhile.</summary>
    public bool BeginsAsBefore(Connection snapshot) => snapshot.Number(OldestSql) is var oldest && (oldest == BasePosition + 1 || (oldest == 0 && LastSequence == 0));

    /// <summary>Takes in the entries that are there and were not yet.</summary>
    /// <exception cref="LedgerException">LEDGER_DAMAGED: a position is missing.</exception>
    public void CatchUp(Connection snapshot)
    {
        using var rows = snapshot.Prepare(ReadHashesSql);
        rows.Bind("$after", BasePosition + LastSequence).Bind("$limit", long.MaxValue);
        while (rows.Step())
        {
            LastSequence++;
            if (rows.Int64(0) != BasePosition + LastSequence)
                throw new LedgerException(LedgerException.Damaged, $"The ledger has no entry at position {BasePosition + LastSequence}.", "Keep the data directory as it is and call support.");
            Chain = Chain.Append(LastSequence, Hash256.Read(rows.Blob(1)));
            if (LastSequence % LedgerStore.CheckpointInterval == 0) checkpoints.Add((LastSequence, Chain));
        }
    }
}
