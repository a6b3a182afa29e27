using System.Threading.Channels;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// One call after its Welcome. Entries go up and pages come down independently: reading decodes the next batch while the one
/// before it is merged, and what is being downloaded delays neither.
/// </summary>
sealed class DeviceSession(SessionServices services, OpenedSession opened, LiveSession live, IncarnationId incarnation, OutgoingMessages outgoing, Func<OffsetRecord, bool> believes)
{
    public const int BatchesInFlightMax = 2;
    public const int PagesInFlightMax = 4;

    /// <summary>A device that is sent away gives itself two seconds for what it has under way; the rest is for a slow line.</summary>
    public static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(5);

    static readonly TimeSpan RetryAfterMin = TimeSpan.FromSeconds(1);

    readonly Channel<Arrived> inbox = Channel.CreateBounded<Arrived>(new BoundedChannelOptions(BatchesInFlightMax) { SingleReader = true, SingleWriter = true });
    readonly PageCredit credit = new(PagesInFlightMax);

    /// <summary>Counts the device's Resumes: what it sent before the Resume that answers a refusal is discarded.</summary>
    int resumes;
    int discardThrough;

    /// <summary>How much the session took in, for the one line that is logged of it.</summary>
    public long EntriesAccepted { get; private set; }

    /// <summary>Runs until the session has to end, and returns after what was committed is acknowledged.</summary>
    public async Task<SessionEnd> RunAsync(Func<CancellationToken, Task<DeviceMessage?>> read, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watch = services.Heads.Watch(opened.Settings.Store);
        var requests = new FeedRequests(() => watch.Tell());
        var reading = ReadAsync(read, watch, requests, ending.Token);
        var merging = MergeAsync(watch, ending.Token);
        var pumping = PumpAsync(watch, requests, ending.Token);
        try
        {
            await Task.WhenAny(merging, pumping, live.End);
            if (live.End is { IsCompletedSuccessfully: true, Result: SessionEnd.ReplicaStops { ReturnAfter: var after } })
            {
                outgoing.Answer(new() { Directive = new() { Reconnect = new() { AfterMs = (uint)after.TotalMilliseconds } } });
                // The device ends the call, once it has read this and what it sent is acknowledged. Ended from this side, a connection
                // that closes next would take from its client what that has received and not read yet.
                await Task.WhenAny(merging, Task.Delay(LeavePatience, services.Clock, ending.Token));
            }

            // Whoever fails ends the call, and the service logs it.
            if (merging.IsFaulted) await merging;
            if (pumping.IsFaulted) await pumping;
            if (merging.IsCompleted && reading.IsFaulted) await reading;
            live.EndFor(new SessionEnd.DeviceLeft());
            return await live.End;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(reading, merging, pumping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ReadAsync(Func<CancellationToken, Task<DeviceMessage?>> read, FeedWatch watch, FeedRequests requests, CancellationToken cancellationToken)
    {
        try
        {
            while (await read(cancellationToken) is { } message)
            {
                switch (message.MessageCase)
                {
                    case DeviceMessage.MessageOneofCase.Resume:
                        services.Status.Heard(opened);
                        // Before any batch that follows: its entries count by it.
                        if (message.Resume.Offset is { } offset && believes(offset)) await services.ClockOffsets.SaveAsync(opened.Device, offset, cancellationToken);
                        resumes++;
                        break;
                    case DeviceMessage.MessageOneofCase.Batch:
                        if (resumes <= Volatile.Read(ref discardThrough)) break;
                        await inbox.Writer.WriteAsync(new(BatchExaminer.Examine(message.Batch, opened.Device, opened.Assigned), resumes), cancellationToken);
                        break;
                    case DeviceMessage.MessageOneofCase.PageApplied when message.PageApplied is not { Feed: FeedKind.Store or FeedKind.Catalogue, Version: <= long.MaxValue }:
                        live.EndFor(new SessionEnd.Refused(Refusals.Invalid($"There is no page of feed {(int)message.PageApplied.Feed} that ends at version {message.PageApplied.Version}.")));
                        return;
                    case DeviceMessage.MessageOneofCase.PageApplied:
                        var (feed, version) = (message.PageApplied.Feed, (long)message.PageApplied.Version);
                        services.Status.Applied(opened, feed, version);
                        if (credit.Give(feed, version)) watch.Tell();
                        break;
                    case DeviceMessage.MessageOneofCase.Status:
                        services.Status.Reported(opened, message.Status);
                        break;
                    case DeviceMessage.MessageOneofCase.SnapshotRead when SnapshotReader.Fault(message.SnapshotRead) is { } fault:
                        live.EndFor(new SessionEnd.Refused(Refusals.Invalid(fault)));
                        return;
                    case DeviceMessage.MessageOneofCase.SnapshotRead when requests.TryAsk(message.SnapshotRead): break;
                    case DeviceMessage.MessageOneofCase.FeedFrom when message.FeedFrom.Feed is FeedKind.Store or FeedKind.Catalogue && requests.TryStart(message.FeedFrom): break;
                    case DeviceMessage.MessageOneofCase.None: break; // of a later release: not for us
                    default:
                        live.EndFor(new SessionEnd.Refused(Refusals.Unexpected($"{message.MessageCase} has no place in a session that has begun.")));
                        return;
                }
            }
        }
        finally
        {
            inbox.Writer.TryComplete();
        }
    }

    async Task MergeAsync(FeedWatch watch, CancellationToken cancellationToken)
    {
        await foreach (var arrived in inbox.Reader.ReadAllAsync(cancellationToken))
        {
            if (arrived.Resumes <= discardThrough) continue;
            if (await TakeAsync(arrived.Examination, watch, cancellationToken) is not { } refusal) continue;
            services.Status.Refused(opened.Device, opened.SessionNumber, refusal.Code);
            services.LogRefused(opened.Device, refusal.Code, refusal.Message);
            if (refusal.EndsCall())
            {
                live.EndFor(new SessionEnd.Refused(refusal));
                return;
            }

            Volatile.Write(ref discardThrough, arrived.Resumes);
            outgoing.Answer(new() { Refusal = refusal });
        }
    }

    /// <summary>Merges and acknowledges the batch part by part; null where all of it was taken.</summary>
    async Task<Refusal?> TakeAsync(BatchExamination examination, FeedWatch watch, CancellationToken cancellationToken)
    {
        switch (examination)
        {
            case BatchExamination.TooLarge large: return Refusals.TooLarge(large);
            case BatchExamination.Invalid invalid: return Refusals.Invalid(invalid.Message);
            case BatchExamination.Damaged damaged: return Refusals.Damaged(damaged);
            case BatchExamination.Examined { Parts: var parts }:
                foreach (var part in parts)
                {
                    var outcome = await services.Ingest.IngestAsync(opened.Device, opened.Assigned, part, cancellationToken);
                    if (outcome is not BatchOutcome.Accepted accepted) return Refusals.Of(outcome, RetryAfterMin + (RetryAfterMin * services.Random.NextDouble()));
                    EntriesAccepted += part.Entries.Count;
                    outgoing.Answer(new() { Ack = Acks.Of(accepted, incarnation) });
                    services.Status.Heard(opened);
                    services.Heads.Advance(accepted.Store, accepted.StoreVersion);
                    // What was merged before under another stream moves no head: that it is covered is the own marker's to say.
                    if (accepted.Outcomes.Count > 0) watch.Tell(store: true);
                }

                return null;
            default: throw new ArgumentOutOfRangeException(nameof(examination));
        }
    }

    async Task PumpAsync(FeedWatch watch, FeedRequests requests, CancellationToken cancellationToken)
    {
        if (opened.Resync.Count > 0) services.LogResync(opened.Device, string.Join(", ", opened.Resync));
        var pump = new FeedPump(
            services.StoreFeed, services.CatalogueFeed, services.Snapshots, watch, credit, requests, opened.Stream,
            opened.Resync.Contains(FeedKind.Store) ? null : opened.StoreCursor, opened.Resync.Contains(FeedKind.Catalogue) ? null : opened.CatalogueCursor, services.Clock);
        var refusal = Refusals.Of(await pump.RunAsync(outgoing.Page, page => outgoing.Snapshot(page, requests.SnapshotSent), cancellationToken));
        services.Status.Refused(opened.Device, opened.SessionNumber, refusal.Code);
        services.LogFeedEnded(opened.Device, refusal.Message);
        live.EndFor(new SessionEnd.Refused(refusal));
    }

    /// <summary>A batch, examined, and how many Resumes the device had sent before it.</summary>
    readonly record struct Arrived(BatchExamination Examination, int Resumes);
}
