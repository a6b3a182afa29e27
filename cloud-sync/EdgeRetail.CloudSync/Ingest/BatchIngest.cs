using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>
/// Takes one part of a batch into the database: all of it or nothing, in one transaction, and what it answers was flushed
/// before. Any number of replicas may be given the same batch; it is stored once.
/// </summary>
public sealed partial class BatchIngest(CloudDatabase database, SessionTokens tokens, MergeAdmission admission, TimeProvider clock, Random random, ILogger<BatchIngest> logger)
{
    public const string MergeFailedCode = "MERGE_FAILED";

    const int AttemptsMax = 3;

    static readonly TimeSpan TurnDeadline = TimeSpan.FromSeconds(30);
    static readonly TimeSpan PauseBetweenAttempts = TimeSpan.FromMilliseconds(25);

    /// <summary>Cancellation is heeded until the rows are read; from then on the commit is waited for.</summary>
    public async Task<BatchOutcome> IngestAsync(DeviceId device, AssignedStores assigned, BatchPart part, CancellationToken cancellationToken)
    {
        if (await TurnAsync(part, cancellationToken) is not { } turn) return new BatchOutcome.Overloaded();
        using var _ = turn;
        var isolate = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(device, assigned, part, isolate, cancellationToken);
            }
            catch (PostgresException e) when (!isolate && DatabaseFailures.Classify(e) == DatabaseFailure.Refused)
            {
                LogIsolating(device, part.FirstSequence, part.LastSequence, e.SqlState, e.MessageText);
                isolate = true;
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) == DatabaseFailure.Transient && attempt <= AttemptsMax)
            {
                LogAgain(device, part.FirstSequence, part.LastSequence, attempt, e.Message);
                await Task.Delay(PauseBetweenAttempts * attempt * random.NextDouble(), clock, cancellationToken);
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                LogUnavailable(e, device, part.FirstSequence, part.LastSequence);
                return new BatchOutcome.Unavailable(e.Message);
            }
        }
    }

    async Task<MergeAdmission.Turn?> TurnAsync(BatchPart part, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TurnDeadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await admission.EnterAsync(part.Store, part.Entries.Count, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    async Task<BatchOutcome> AttemptAsync(DeviceId device, AssignedStores assigned, BatchPart part, bool isolate, CancellationToken cancellationToken)
    {
        await using var transaction = await IngestTransaction.OpenAsync(database.Ingest, device, part.Store, cancellationToken);
        if (await transaction.LockAndReadAsync(part.Entries) is not { } standing) return new BatchOutcome.DeviceInactive("missing");
        cancellationToken.ThrowIfCancellationRequested();
        if (BatchRules.Refusal(part, standing, tokens.Read(part.Token.Span, device, part.Stream ?? standing.Stream)) is { } refusal) return refusal;

        var overlap = BatchRules.Overlap(part, standing);
        var repeated = new List<EntryOutcome>(overlap);
        if (overlap > 0 && await OverlapMismatchAsync(transaction, assigned, part, standing, part.Entries[..overlap], repeated) is { } mismatch)
            return new BatchOutcome.SequenceContentMismatch(mismatch, standing.AppliedThrough, standing.AppliedChain);
        if (!BatchRules.ContinuesChain(part, standing)) return new BatchOutcome.ChainMismatch(standing.AppliedThrough, standing.AppliedChain);

        var fresh = part.Entries[overlap..];
        if (fresh.Count == 0) return new BatchOutcome.Accepted(standing.AppliedThrough, standing.AppliedChain, part.Store, standing.StoreVersion, repeated) { DurableThrough = standing.DurableThrough };

        await ReadFallbacksAsync(transaction, part.Store, fresh, standing);
        var merge = new StoreMerge(new StockFold(standing.StoreVersion, standing.Stock, standing.StoreChecksum), standing.Known, device, standing.Stream, standing.LastEffectiveTime, standing.ReceivedAtMs, standing.ClockOffsets)
        {
            Registers = await transaction.ReadRegistersAsync(fresh),
        };
        await transaction.ReadMovedAfterAsync(merge.ArrivingCounts(fresh), standing.StoreVersion, merge.Expect);
        var chain = part.ChainAt(part.LastSequence);
        MergedEntries merged;
        if (isolate)
        {
            merged = new();
            merge = await IsolateAsync(transaction, device, standing, merge, fresh, merged);
            await transaction.CommitAsync(standing, merge, merged, await JudgeAsync(transaction, device, standing, merged), part.LastSequence, chain);
        }
        else
        {
            merged = merge.Merge(fresh);
            await transaction.WriteAndCommitAsync(standing, merge, merged, await JudgeAsync(transaction, device, standing, merged), part.LastSequence, chain);
        }

        return new BatchOutcome.Accepted(part.LastSequence, chain, part.Store, merge.Version, [.. repeated, .. merged.Outcomes]) { DurableThrough = standing.DurableThrough };
    }

    /// <summary>
    /// The first sequence that was applied with other bytes; null where all are equal, and then what became of them. An
    /// entry is looked for in all stores that the device ever had: it may have been taken into the one of that time.
    /// </summary>
    static async Task<long?> OverlapMismatchAsync(
        IngestTransaction transaction, AssignedStores assigned, BatchPart part, StoreStanding standing, ArraySegment<ArrivedEntry> overlap, List<EntryOutcome> outcomes)
    {
        var sequences = await transaction.ReadSequencesAsync(standing.Stream, part.FirstSequence, part.FirstSequence + overlap.Count - 1);
        if (overlap.Any(entry => !BatchRules.IsAccountedFor(entry, standing, sequences)))
            await transaction.ReadKnownAsync(assigned.All, overlap.SelectMany(entry => new[] { entry.Id, entry.FallbackId }), standing.Known);
        return BatchRules.OverlapMismatch(overlap, standing, sequences, outcomes);
    }

    /// <summary>Where an entry's id is taken by other bytes, the journal may already hold it under the id derived from its hash.</summary>
    static async Task ReadFallbacksAsync(IngestTransaction transaction, StoreId store, ArraySegment<ArrivedEntry> entries, StoreStanding standing)
    {
        var conflicts = BatchRules.Fallbacks(entries, standing);
        if (conflicts.Count > 0) await transaction.ReadKnownAsync([store], conflicts, standing.Known);
    }

    static async Task<JudgedExceptions> JudgeAsync(IngestTransaction transaction, DeviceId device, StoreStanding standing, MergedEntries merged)
    {
        await transaction.ReadExceptionFactsAsync(merged, standing.Exceptions);
        return ExceptionRules.Judge(merged, device, standing.ReceivedAtMs, standing.Exceptions);
    }

    /// <summary>
    /// Halves under savepoints until the entries that the database refuses stand alone, and quarantines those. A quarantine
    /// that is refused as well was not the entry's fault, and goes up.
    /// </summary>
    async Task<StoreMerge> IsolateAsync(IngestTransaction transaction, DeviceId device, StoreStanding standing, StoreMerge before, ArraySegment<ArrivedEntry> entries, MergedEntries total)
    {
        var trial = before.Copy();
        var merged = trial.Merge(entries);
        try
        {
            await transaction.WriteUnderSavepointAsync(standing, trial, merged, before.Version);
        }
        catch (PostgresException e) when (DatabaseFailures.Classify(e) == DatabaseFailure.Refused)
        {
            if (entries.Count > 1)
            {
                var half = entries.Count / 2;
                var middle = await IsolateAsync(transaction, device, standing, before, entries[..half], total);
                return await IsolateAsync(transaction, device, standing, middle, entries[half..], total);
            }

            LogQuarantined(device, entries[0].Sequence, entries[0].Id, e.SqlState, e.MessageText);
            trial = before.Copy();
            merged = trial.Merge([entries[0] with { Quarantine = new(MergeFailedCode, BatchExaminer.Storable($"{e.SqlState}: {e.MessageText}")) }]);
            await transaction.WriteUnderSavepointAsync(standing, trial, merged, before.Version);
        }

        total.Add(merged);
        return trial;
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Device {Device}: the database refused the merge of {FirstSequence}..{LastSequence} with {SqlState} ({Text}); isolating the entries that it refuses.")]
    partial void LogIsolating(DeviceId device, long firstSequence, long lastSequence, string sqlState, string text);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Device {Device}: merge of {FirstSequence}..{LastSequence} again after attempt {Attempt}: {Reason}")]
    partial void LogAgain(DeviceId device, long firstSequence, long lastSequence, int attempt, string reason);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "Device {Device}: {FirstSequence}..{LastSequence} not merged, the database is not available.")]
    partial void LogUnavailable(Exception exception, DeviceId device, long firstSequence, long lastSequence);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Error, Message = "Device {Device}: entry {Entry} at {Sequence} quarantined, the database refused it with {SqlState} ({Text}).")]
    partial void LogQuarantined(DeviceId device, long sequence, EntryId entry, string sqlState, string text);
}
