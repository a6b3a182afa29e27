using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.DayCloses;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Retention;

/// <summary>
/// Takes away the oldest entries that nobody needs any more, with everything that refers to them, in chunks that let a sale
/// pass between them. What remains is a ledger that begins later, with the chain hash of where it was cut.
/// </summary>
public sealed class Pruner
{
    // 128 entries are gone in some milliseconds, also out of 200,000; a sale waits no longer than that.
    const int ChunkEntries = 128;

    const string OldestPendingSql = "SELECT position FROM pending ORDER BY position LIMIT 1";
    const string ReadOldestSql = "SELECT position, entry_id, bytes FROM entry ORDER BY position LIMIT $limit";
    const string ReadCommandsSql = "SELECT command_id, part, position FROM command WHERE position <= $through";
    const string MarkSql = "UPDATE retention SET pruned_through = $through WHERE singleton = 1";
    const string KeepChainSql = "INSERT INTO chain_checkpoint (stream_id, sequence, chain) VALUES ($stream, $sequence, $chain) ON CONFLICT (stream_id, sequence) DO NOTHING";
    const string DropChainSql = "DELETE FROM chain_checkpoint WHERE stream_id = $stream AND sequence < $sequence";
    const string DeleteReceiptSql = "DELETE FROM receipt WHERE series = $series AND number = $number AND position = $position";
    const string DeleteCommandSql = "DELETE FROM command WHERE command_id = $id AND part = $part";
    const string DeletePassedSql = "DELETE FROM pending_row WHERE position <= $through";
    const string DeleteRefundedSql = "DELETE FROM refunded WHERE position <= $through";
    // A void comes after its sale: where the void goes, the sale went before or goes with it.
    const string DeleteVoidedSql = "DELETE FROM voided WHERE position <= $through";
    const string DeleteDispositionsSql = "DELETE FROM disposition WHERE position <= $through";
    const string DeleteSettlementsSql = "DELETE FROM settlement WHERE position <= $through";
    const string DeleteEntriesSql = "DELETE FROM entry WHERE position <= $through";

    readonly Database database;
    readonly DeviceStateStore states;
    readonly TimeProvider time;

    internal Pruner(Database database, DeviceStateStore states, TimeProvider time)
    {
        this.database = database;
        this.states = states;
        this.time = time;
    }

    /// <summary>Prunes as far as <see cref="PruningPlan"/> allows; with <paramref name="underPressure"/> whatever its age.</summary>
    public PruningOutcome Prune(bool underPressure, CancellationToken cancellationToken)
    {
        var entries = 0L;
        var transactions = new List<TimeSpan>();
        Queue<Command>? commands = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            // No new entry is ever at or below a cut: what is read here stays true until it is deleted.
            var state = states.Current;
            var (cut, receipts) = database.Read(snapshot => Plan(snapshot, state, underPressure));
            if (cut is not { } through) break;
            // Commands are found by their id alone: they are looked through once for the whole round, as a reader.
            commands ??= database.Read(snapshot => ReadCommands(snapshot, PruningPlan.AllowedThrough(state.BasePosition, state.DurableThrough, OldestPending(snapshot))));
            var chunk = new List<Command>();
            while (commands.TryPeek(out var command) && command.Position <= through) chunk.Add(commands.Dequeue());
            var (pruned, lasted) = Delete(through, receipts, chunk);
            transactions.Add(lasted);
            // A cloud that went back meanwhile has taken its word back.
            if (pruned == 0) break;
            entries += pruned;
        }

        return new(entries, transactions);
    }

    (long Pruned, TimeSpan Lasted) Delete(long through, IReadOnlyList<Receipt> receipts, IReadOnlyList<Command> commands)
    {
        var started = 0L;
        var pruned = states.WriteUnchecked((tx, state) =>
        {
            started = time.GetTimestamp();
            var allowed = PruningPlan.AllowedThrough(state.BasePosition, state.DurableThrough, OldestPending(tx.Connection));
            if (through > allowed || through <= state.PrunedThrough) return (0L, state);
            var sequence = through - state.BasePosition;
            KeepChain(tx, state.Stream, sequence, LedgerStore.KnownChain(state, sequence) ?? LedgerStore.ChainAt(tx.Connection, state, sequence));
            Run(tx, MarkSql, through);
            foreach (var receipt in receipts)
            {
                using var delete = tx.Prepare(DeleteReceiptSql);
                delete.Bind("$series", receipt.Number.Series).Bind("$number", receipt.Number.Number).Bind("$position", receipt.Position).Run();
            }

            foreach (var command in commands)
            {
                using var delete = tx.Prepare(DeleteCommandSql);
                delete.Bind("$id", command.Id).Bind("$part", command.Part).Run();
            }

            DayCarry.Fold(tx, through);
            Run(tx, DeletePassedSql, through);
            Run(tx, DeleteRefundedSql, through);
            Run(tx, DeleteVoidedSql, through);
            Run(tx, DeleteDispositionsSql, through);
            Run(tx, DeleteSettlementsSql, through);
            var count = Run(tx, DeleteEntriesSql, through);
            return (count, state with { PrunedThrough = through, CoveredCount = state.CoveredCount - count });
        });
        return (pruned, time.GetElapsedTime(started));
    }

    (long? Cut, IReadOnlyList<Receipt> Receipts) Plan(Connection snapshot, DeviceState state, bool underPressure)
    {
        var oldest = new List<(long Position, DateTimeOffset RecordedAt)>();
        var receipts = new List<Receipt>();
        using (var rows = snapshot.Prepare(ReadOldestSql))
        {
            rows.Bind("$limit", ChunkEntries);
            while (rows.Step())
            {
                oldest.Add((rows.Int64(0), LedgerStore.RecordedAt(EntryId.Read(rows.Blob(1)))));
                var entry = EntryCodec.Decode(rows.Blob(2).ToArray()) is EntryDecoding.Decoded decoded ? decoded.Entry : null;
                if (entry is SaleRecorded or RefundRecorded) receipts.Add(new(rows.Int64(0), entry is SaleRecorded sale ? sale.Receipt : ((RefundRecorded)entry).Receipt));
            }
        }

        var cut = PruningPlan.Cut(oldest, PruningPlan.AllowedThrough(state.BasePosition, state.DurableThrough, OldestPending(snapshot)), time.GetUtcNow(), underPressure);
        return (cut, [.. receipts.Where(receipt => receipt.Position <= cut)]);
    }

    sealed record Receipt(long Position, ReceiptNumber Number);

    sealed record Command(byte[] Id, long Part, long Position);

    static long? OldestPending(Connection snapshot)
    {
        using var row = snapshot.Prepare(OldestPendingSql);
        return row.Step() ? row.Int64(0) : null;
    }

    static Queue<Command> ReadCommands(Connection snapshot, long through)
    {
        var commands = new List<Command>();
        using var rows = snapshot.Prepare(ReadCommandsSql);
        rows.Bind("$through", through);
        while (rows.Step()) commands.Add(new(rows.Blob(0).ToArray(), rows.Int64(1), rows.Int64(2)));
        return new(commands.OrderBy(command => command.Position));
    }

    /// <summary>The chain where the ledger begins from now on; those before it can no longer be told.</summary>
    static void KeepChain(WriteTransaction tx, StreamId stream, long sequence, ChainHash chain)
    {
        using (var keep = tx.Prepare(KeepChainSql)) keep.Bind("$stream", stream.ToByteArray()).Bind("$sequence", sequence).Bind("$chain", chain.ToByteArray()).Run();
        using var drop = tx.Prepare(DropChainSql);
        drop.Bind("$stream", stream.ToByteArray()).Bind("$sequence", sequence).Run();
    }

    static long Run(WriteTransaction tx, string sql, long through)
    {
        using var statement = tx.Prepare(sql);
        statement.Bind("$through", through).Run();
        return tx.Changes;
    }
}
