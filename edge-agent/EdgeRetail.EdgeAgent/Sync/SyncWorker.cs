using System.Net;
using System.Threading.Channels;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// Carries out what <see cref="SyncSession"/> wants: one loop that owns the session and does the stores' work, a reader and a
/// writer that only move messages. Whatever goes wrong here, selling goes on; the next call begins with a new Hello.
/// </summary>
public sealed partial class SyncWorker
{
    static readonly TimeSpan ContactInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan CompletionPatience = TimeSpan.FromMilliseconds(250);

    readonly Agent agent;
    readonly SyncWorkerOptions options;
    readonly Random random;
    readonly ILogger<SyncWorker> logger;
    readonly TimeProvider clock;
    readonly ResiliencePipeline<SyncEnd> calls;
    readonly StoreWork stores;
    readonly CloudAddresses addresses;
    readonly LoopDeadline deadline;
    readonly Lock waiting = new();
    SyncSchedule schedule = SyncSchedule.Start;
    BatchSizing sizing = BatchSizing.Unlimited;
    ForkReason? fork;
    CancellationTokenSource? wait;

    public SyncWorker(Agent agent, SyncWorkerOptions options, Random random, ILogger<SyncWorker> logger)
    {
        this.agent = agent;
        this.options = options;
        this.random = random;
        this.logger = logger;
        clock = agent.Time;
        addresses = new((host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken), new DataDirectory(options.DataDirectory).CloudAddresses, clock);
        deadline = agent.SyncLoop;
        stores = new(agent, () => DiskFreeBytes(options.DataDirectory));
        calls = new ResiliencePipelineBuilder<SyncEnd> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<SyncEnd>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { Retry: not SyncRetry.Stopped }),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Postpone(args.Outcome.Result!)),
            })
            .Build();
    }

    /// <summary>
    /// Raised where the watchdog ended a session and the one before it: the channel was built anew and that did not help. On the
    /// loop's thread; handlers are quick and do not throw.
    /// </summary>
    public event EventHandler? StoodStill;

    /// <summary>Whether the loop hangs: it does not come round although it should have long since.</summary>
    public bool IsStuck => deadline.IsMissed;

    string Cloud => options.Cloud ?? agent.Ledger.Identity.CloudAddress;

    /// <summary>Syncs until told to stop. Throws for nothing that can happen to a call, nor for a fault of its own loop.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        LogStarted(Cloud);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                using var nudged = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                lock (waiting) wait = nudged;
                try
                {
                    await calls.ExecuteAsync(_ => new ValueTask<SyncEnd>(CallAsync(once: false, stoppingToken)), nudged.Token);
                }
                catch (OperationCanceledException) when (nudged.IsCancellationRequested)
                {
                    // Stopping, or asked not to wait any longer.
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    // Outside a call nothing is expected to fail. If it does, the kiosk must not stand unsynced until somebody restarts it.
                    LogLoopFailed(e);
                    schedule = schedule.After(Failed(e));
                    var delay = schedule.NextDelay(random.NextDouble());
                    deadline.Waits(delay);
                    await Task.Delay(delay, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                finally
                {
                    lock (waiting) wait = null;
                }
            }
        }
        finally
        {
            Show(SyncState.Stopped);
            deadline.Waits(null);
        }
    }

    /// <summary>
    /// Makes calls until everything is sent, own entries are covered and the cloud has nothing more to bring, or one fails; told to
    /// stop, it returns how the last one ended.
    /// </summary>
    public async Task<SyncEnd> RunOnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var call = 1; ; call++)
            {
                var end = await CallAsync(once: true, stoppingToken);
                if (end.Retry is not (SyncRetry.Reconnect or SyncRetry.Hello) || call == 3) return end;
                await Task.Delay(end.RetryAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stoppingToken.IsCancellationRequested) return end;
            }
        }
        finally
        {
            Show(SyncState.Stopped);
            deadline.Waits(null);
        }
    }

    /// <summary>Tries now, where a wait is under way.</summary>
    public void Nudge()
    {
        lock (waiting)
        {
            if (wait is null || agent.SyncStatus.Current.NextAttemptAt is null) return;
            // Whoever asked and now looks sees the try that they asked for, not the failure before it.
            Show(SyncState.Connecting);
            wait.Cancel();
        }
    }

    /// <summary>What a call's end means for the next: shown, and waited for.</summary>
    TimeSpan Postpone(SyncEnd end)
    {
        schedule = schedule.After(end);
        var delay = schedule.NextDelay(random.NextDouble());
        if (schedule.StandsStill) StoodStill?.Invoke(this, EventArgs.Empty);
        deadline.Waits(delay);
        if (delay > TimeSpan.Zero) Show(agent.SyncStatus.Current with { NextAttemptAt = clock.GetUtcNow() + delay });
        return delay;
    }

    /// <summary>One call from Hello to its end.</summary>
    async Task<SyncEnd> CallAsync(bool once, CancellationToken stoppingToken)
    {
        SyncEnd end;
        deadline.Works();
        try
        {
            if (EnrolmentFile.CheckAddress(Cloud, out var address) is { } refusal) end = new(refusal.Code, refusal.Message, SyncRetry.Slow, TimeSpan.Zero);
            else
            {
                Show(SyncState.Connecting);
                using var running = new Call(this, address, once);
                end = await running.RunAsync(stoppingToken);
                sizing = running.Sizing;
                // A call that was up has settled what the one before it found; one that did not come so far has not.
                fork = end.Fork ?? (end.WasConnected ? null : fork);
            }
        }
        catch (LedgerException e)
        {
            LogLedger(e, e.Code);
            end = new(e.Code, e.Message, SyncRetry.BackOff, TimeSpan.Zero);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(e);
            end = Failed(e);
        }

        LogEnded(end.Code, end.Message, end.Retry);
        if (end.Retry != SyncRetry.Stopped) ShowEnd(end);
        return end;
    }

    static SyncEnd Failed(Exception e) => new("SYNC_FAILED", e.Message, SyncRetry.BackOff, TimeSpan.Zero);

    static long DiskFreeBytes(string directory)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;
        }
    }

    void Show(SyncState state) => Show(agent.SyncStatus.Current with { State = state, NextAttemptAt = null, IsUpToDate = false });

    void Show(SyncStatus status)
    {
        var failedBefore = agent.SyncStatus.NotKept is not null;
        agent.SyncStatus.Update(status);
        if (!failedBefore && agent.SyncStatus.NotKept is { } failure) LogStatusNotKept(failure.Code, failure.Message);
    }

    void ShowEnd(SyncEnd end)
    {
        var status = agent.SyncStatus.Current with
        {
            State = end.Retry switch
            {
                SyncRetry.Slow => SyncState.Held,
                SyncRetry.Reconnect or SyncRetry.Hello => SyncState.Connecting,
                _ => SyncState.Offline,
            },
            NextAttemptAt = null,
            IsUpToDate = false,
        };
        Show(end.Retry == SyncRetry.Reconnect
            ? status
            : status with { LastErrorCode = end.Code, LastErrorMessage = end.Message, LastErrorAt = clock.GetUtcNow() });
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "Sync with {Cloud} begins")]
    partial void LogStarted(string cloud);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "Session established: {Stream} resumes after {AcknowledgedThrough}")]
    partial void LogEstablished(string stream, long acknowledgedThrough);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Information, Message = "Session ended: {Code}, {Reason} ({Retry})")]
    partial void LogEnded(string code, string reason, SyncRetry retry);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "{Code}: {Reason}")]
    partial void LogAlarm(string code, string reason);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Error, Message = "The ledger refused the session: {Code}")]
    partial void LogLedger(Exception exception, string code);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Error, Message = "The session failed")]
    partial void LogFailed(Exception exception);

    [LoggerMessage(EventId = 2007, Level = LogLevel.Error, Message = "The sync loop failed and begins again")]
    partial void LogLoopFailed(Exception exception);

    [LoggerMessage(EventId = 2008, Level = LogLevel.Warning, Message = "The sync status is not on disk yet: {Code}, {Reason}")]
    partial void LogStatusNotKept(string code, string reason);

    /// <summary>One call's moving parts: everything here ends with the call.</summary>
    sealed class Call : IDisposable
    {
        readonly SyncWorker worker;
        readonly Agent agent;
        readonly bool once;
        readonly SyncSession session;
        readonly CloudLink link;
        readonly CancellationTokenSource ending;
        readonly ITimer timer;
        readonly long startedAt;
        readonly Channel<SyncInput> inputs = Channel.CreateUnbounded<SyncInput>(new() { SingleReader = true });

        // The writer goes on where the loop hands a message over, so a fresh sale is on the wire without a change of thread.
        readonly Channel<DeviceMessage> outgoing = Channel.CreateUnbounded<DeviceMessage>(new() { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });
        SyncEnd? end;
        TimeSpan? timerAt;
        DateTimeOffset contactShownAt;
        int appendPosted;

        public Call(SyncWorker worker, Uri cloud, bool once)
        {
            this.worker = worker;
            this.once = once;
            agent = worker.agent;
            session = new(worker.sizing, worker.fork);
            startedAt = worker.clock.GetTimestamp();
            ending = new CancellationTokenSource();
            link = new(cloud, worker.addresses, agent.ReadDeviceToken(), ending.Token);
            timer = worker.clock.CreateTimer(_ => inputs.Writer.TryWrite(new SyncInput.Tick()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            agent.Changed += OnChanged;
        }

        public BatchSizing Sizing => session.Sizing;

        TimeSpan Now => worker.clock.GetElapsedTime(startedAt);

        public async Task<SyncEnd> RunAsync(CancellationToken stoppingToken)
        {
            using var stop = stoppingToken.Register(() => inputs.Writer.TryWrite(new SyncInput.Stop()));
            var writing = WriteAsync();
            Handle(new SyncInput.Connected(agent.Ledger.HelloState(), worker.options.Device));
            var reading = ReadAsync();
            while (end is null)
            {
                SetTimer();
                worker.deadline.Waits(session.WakeAt is { } wake ? TimeSpan.FromTicks(Math.Max(0, (wake - Now).Ticks)) : null);
                var input = await inputs.Reader.ReadAsync(CancellationToken.None);
                worker.deadline.Works();
                if (input is SyncInput.EntriesAppended) Interlocked.Exchange(ref appendPosted, 0);
                Handle(input);
                if (once && end is null) StopWhenDone();
            }

            await CompleteAsync(Task.WhenAll(reading, writing));
            await ending.CancelAsync();
            await Task.WhenAll(reading, writing);
            return end;
        }

        public void Dispose()
        {
            agent.Changed -= OnChanged;
            timer.Dispose();
            link.Dispose();
            ending.Dispose();
        }

        // On the thread that committed the entry, which has a receipt to print.
        void OnChanged(object? sender, AgentChange change)
        {
            if (change == AgentChange.Health) inputs.Writer.TryWrite(new SyncInput.HealthChanged());
            else if (change == AgentChange.EntryAppended && Interlocked.Exchange(ref appendPosted, 1) == 0) inputs.Writer.TryWrite(new SyncInput.EntriesAppended());
        }

        void Handle(SyncInput first)
        {
            if (first is SyncInput.CloudSaid) Heard();
            var answers = new Queue<SyncInput>();
            for (SyncInput? input = first; input is not null; input = answers.TryDequeue(out var next) ? next : null)
            {
                foreach (var effect in session.Handle(input, Now))
                {
                    if (Carry(effect) is { } answer) answers.Enqueue(answer);
                }
            }

            if (session.IsUpToDate != agent.SyncStatus.Current.IsUpToDate) worker.Show(agent.SyncStatus.Current with { IsUpToDate = session.IsUpToDate });
        }

        SyncInput? Carry(SyncEffect effect)
        {
            switch (effect)
            {
                case SyncEffect.Send(var message):
                    outgoing.Writer.TryWrite(message);
                    return null;
                case SyncEffect.KeepAlive(var busy):
                    link.KeepAlive(busy);
                    return null;
                case SyncEffect.Alarm(var code, var message):
                    worker.LogAlarm(code, message);
                    worker.Show(agent.SyncStatus.Current with { LastErrorCode = code, LastErrorMessage = message, LastErrorAt = worker.clock.GetUtcNow() });
                    return null;
                case SyncEffect.Established:
                    worker.addresses.Confirm();
                    worker.LogEstablished(agent.Ledger.HelloState().Stream.ToString(), session.AcknowledgedThrough);
                    worker.Show(SyncState.Connected);
                    return null;
                case SyncEffect.EndCall(var ended):
                    end = ended;
                    return null;
                default: return worker.stores.Carry(effect);
            }
        }

        void Heard()
        {
            var now = worker.clock.GetUtcNow();
            if (now - contactShownAt < ContactInterval) return;
            contactShownAt = now;
            worker.Show(agent.SyncStatus.Current with { LastContactAt = now });
        }

        void StopWhenDone()
        {
            if (session.IsDrained && session.IsUpToDate && !session.HasPending) Handle(new SyncInput.Stop());
        }

        void SetTimer()
        {
            var wanted = session.WakeAt;
            if (wanted == timerAt && wanted is null) return;
            timerAt = wanted;
            var due = wanted - Now;
            // A millisecond late rather than early: a timer counts whole ones.
            timer.Change(due is null ? Timeout.InfiniteTimeSpan : due <= TimeSpan.Zero ? TimeSpan.Zero : due.Value + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }

        async Task ReadAsync()
        {
            try
            {
                await foreach (var input in link.ReadAsync(ending.Token)) inputs.Writer.TryWrite(input);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // The call ended from this side.
            }
            catch (Exception e)
            {
                inputs.Writer.TryWrite(new SyncInput.CallEnded(CallStatus.Other, null, null, e.Message));
            }
        }

        async Task WriteAsync()
        {
            try
            {
                await foreach (var message in outgoing.Reader.ReadAllAsync()) await link.SendAsync(message, ending.Token);
                await link.CompleteAsync();
            }
            catch (Exception)
            {
                // The reader learns how the call ended, with its status and trailers; a write only learns that it did.
            }
        }

        /// <summary>What was handed over goes out, the cloud is told the end and ends the call, unless the line is dead.</summary>
        async Task CompleteAsync(Task moving)
        {
            outgoing.Writer.Complete();
            try
            {
                await moving.WaitAsync(CompletionPatience, worker.clock);
            }
            catch (TimeoutException)
            {
                // The cancellation that follows ends it.
            }
        }
    }
}
