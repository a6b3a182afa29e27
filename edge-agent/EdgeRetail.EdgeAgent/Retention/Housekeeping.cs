using EdgeRetail.EdgeAgent.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeRetail.EdgeAgent.Retention;

/// <summary>
/// Keeps the disk in order beside a running agent: prunes once an hour and after the cloud's durable mark moved, and goes up
/// and down the ladder of the disk once a minute.
/// </summary>
public sealed partial class Housekeeping : IDisposable
{
    static readonly TimeSpan DiskInterval = TimeSpan.FromMinutes(1);
    static readonly TimeSpan PruningInterval = TimeSpan.FromHours(1);

    // Acknowledgements come many a second under load; what they make prunable can wait as long.
    static readonly TimeSpan DurableInterval = TimeSpan.FromMinutes(1);

    readonly Agent agent;
    readonly ILogger<Housekeeping> logger;
    readonly CancellationTokenSource stopping = new();
    readonly Lock working = new();
    readonly ITimer timer;
    DateTimeOffset prunedAt;
    long prunedAtDurable;

    public Housekeeping(Agent agent, ILogger<Housekeeping> logger)
    {
        this.agent = agent;
        this.logger = logger;
        timer = agent.Time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, DiskInterval);
    }

    /// <summary>Waits for what is under way.</summary>
    public void Dispose()
    {
        timer.Dispose();
        stopping.Cancel();
        lock (working) stopping.Dispose();
    }

    /// <summary>What is due now. Failures are logged: the next round tries again, and selling needs none of it.</summary>
    internal void Tick()
    {
        if (!working.TryEnter()) return;
        try
        {
            if (stopping.IsCancellationRequested) return;
            // Before what waits for the writer, which may be what there is to see.
            agent.ObserveHealth();
            var step = DiskLadder.StepAt(agent.DiskFreeBytes);
            if (step == DiskStep.Enough) agent.Reserve.Hold();
            if (step >= DiskStep.Shed && ShedLogs() is var shed and > 0) LogShed(shed >> 10);
            if (step == DiskStep.Reserve && agent.Reserve.Release()) LogReserve();
            Prune(step >= DiskStep.Shed);
            agent.ObserveHealth();
        }
        catch (LedgerException e)
        {
            LogFailed(e, e.Code);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            LogFailed(e, "HOUSEKEEPING_FAILED");
        }
        finally
        {
            working.Exit();
        }
    }

    void Prune(bool underPressure)
    {
        var now = agent.Time.GetUtcNow();
        var durable = agent.Queries.Status().DurableThrough;
        var due = underPressure || now - prunedAt >= PruningInterval || now < prunedAt || (durable != prunedAtDurable && now - prunedAt >= DurableInterval);
        if (!due) return;
        (prunedAt, prunedAtDurable) = (now, durable);
        var outcome = agent.Pruner.Prune(underPressure, stopping.Token);
        if (outcome.Entries > 0) LogPruned(outcome.Entries, outcome.LongestTransaction.TotalMilliseconds);
    }

    /// <summary>All log files but the newest, which is being written; the bytes that they had.</summary>
    long ShedLogs()
    {
        var logs = new DirectoryInfo(agent.LogDirectory);
        if (!logs.Exists) return 0;
        var bytes = 0L;
        foreach (var file in logs.EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name, StringComparer.Ordinal).Skip(1))
        {
            bytes += file.Length;
            file.Delete();
        }

        return bytes;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Pruned {Entries} entries that the cloud has for good; the longest transaction took {Milliseconds} ms")]
    partial void LogPruned(long entries, double milliseconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The disk is nearly full: {Kilobytes} KB of older logs were deleted")]
    partial void LogShed(long kilobytes);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "The disk is nearly full: the reserve file was given free")]
    partial void LogReserve();

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "Keeping the disk in order failed ({Code})")]
    partial void LogFailed(Exception exception, string code);
}
