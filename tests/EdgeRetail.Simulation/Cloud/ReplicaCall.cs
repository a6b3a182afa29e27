using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Network;
using EdgeRetail.Simulation.Runs;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>
/// One call as a replica serves it: what the product's session does with tasks and channels is done here step by step on the
/// one thread, with the product's examination, refusals, acknowledgements, welcome and credit.
/// </summary>
sealed class ReplicaCall(World world, Replica replica, DeviceId device, Line line)
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly PageCredit credit = new(DeviceSession.PagesInFlightMax);
    OpenedSession? opened;
    IncarnationId incarnation;
    int resumes;
    int discardThrough;
    long storeCursor;
    FeedHash storeHash;
    ulong? markerSent;
    bool storeIsDue = true;
    bool pumpIsPlanned;

    public DeviceId Device => device;

    public long SessionNumber => opened?.SessionNumber ?? 0;

    public bool HasEnded { get; private set; }

    public void Take(DeviceMessage message)
    {
        if (HasEnded) return;
        switch (message.MessageCase)
        {
            case DeviceMessage.MessageOneofCase.Hello when opened is null: TakeHello(message.Hello); break;
            case DeviceMessage.MessageOneofCase.Hello: End(Refusals.Unexpected("Hello has no place in a session that has begun.")); break;
            case var _ when opened is null: End(Refusals.HelloExpected()); break;
            case DeviceMessage.MessageOneofCase.Resume: resumes++; break;
            case DeviceMessage.MessageOneofCase.Batch: TakeBatch(message.Batch, opened); break;
            case DeviceMessage.MessageOneofCase.PageApplied:
                if (credit.Give(message.PageApplied.Feed, (long)message.PageApplied.Version)) PlanPump(TimeSpan.Zero);
                break;
            default: break;
        }
    }

    void TakeHello(Hello hello)
    {
        if (world.DatabaseIsAway)
        {
            Break(CallStatus.Unavailable, Refusals.DatabaseUnavailableCode, RetryAfter);
            return;
        }

        incarnation = world.Database.Incarnation;
        switch (world.Database.Open(device, hello))
        {
            case null:
                world.Tally.Add("verdict SnapshotRequired");
                End(new() { Code = "SNAPSHOT_REQUIRED", RetryClass = RetryClass.Hold, Message = "The device's cache is not of this database's history." });
                break;
            case SessionOpening.Refused { Decision: var decision }:
                world.Tally.Add($"verdict {decision.GetType().Name}");
                End(Refusals.Of(decision));
                break;
            case SessionOpening.Opened { Session: var session }:
                world.Tally.Add(session.Opening is { } opening ? $"verdict NewStream {opening.Code}" : "verdict Resume");
                world.Checker.SessionOpened(device, session.SessionNumber);
                world.Trace.Note("session opened", device.Value, session.SessionNumber, session.AppliedThrough, session.Opening?.Code ?? "");
                opened = session;
                (storeCursor, storeHash) = (session.StoreCursor.Version, session.StoreCursor.Hash);
                var welcome = Welcomes.Of(session, incarnation, session.DatabaseTimeMs, session.DatabaseTimeMs);
                welcome.Limits.BatchEntriesMax = (uint)world.Chance.Between(1, 9);
                line.SendDown(new() { Welcome = welcome });
                if (replica.Add(this)) PlanPump(TimeSpan.Zero);
                else Fence();
                break;
        }
    }

    void TakeBatch(Batch batch, OpenedSession session)
    {
        if (resumes <= discardThrough) return;
        if (Refused(BatchExaminer.Examine(batch, device, session.Assigned), session) is not { } refusal) return;
        world.Tally.Add($"refusal {refusal.Code}");
        world.Trace.Note("batch refused", device.Value, (long)batch.FirstSequence, batch.Entries.Count, refusal.Code);
        if (refusal.EndsCall())
        {
            End(refusal);
            return;
        }

        discardThrough = resumes;
        line.SendDown(new() { Refusal = refusal });
    }

    Refusal? Refused(BatchExamination examination, OpenedSession session)
    {
        switch (examination)
        {
            case BatchExamination.TooLarge large: return Refusals.TooLarge(large);
            case BatchExamination.Invalid invalid: return Refusals.Invalid(invalid.Message);
            case BatchExamination.Examined { Parts: var parts }:
                foreach (var part in parts)
                {
                    if (world.DatabaseIsAway) return Refusals.DatabaseUnavailable(RetryAfter);
                    var outcome = world.Database.Ingest(device, session.Assigned, part);
                    if (outcome is not BatchOutcome.Accepted accepted) return Refusals.Of(outcome, RetryAfter);
                    world.Trace.Note("batch accepted", device.Value, part.FirstSequence, accepted.AppliedThrough);
                    world.Checker.Accepted(device, session.SessionNumber, part, accepted);
                    foreach (var disposition in accepted.Outcomes) world.Tally.Add($"disposition {disposition.GetType().Name}");
                    line.SendDown(new() { Ack = Acks.Of(accepted, incarnation) });
                    world.StoreMoved(part.Store, replica);
                }

                return null;
            default: throw new ArgumentOutOfRangeException(nameof(examination));
        }
    }

    public void StoreMoved(StoreId store)
    {
        if (opened?.Settings.Store != store) return;
        storeIsDue = true;
        PlanPump(TimeSpan.Zero);
    }

    void PlanPump(TimeSpan delay)
    {
        if (pumpIsPlanned || HasEnded) return;
        pumpIsPlanned = true;
        world.Queue.After(delay, () =>
        {
            pumpIsPlanned = false;
            Pump();
        });
    }

    /// <summary>Sends a page, and plans the next one.</summary>
    void Pump()
    {
        if (HasEnded || opened is not { } session || !storeIsDue || !credit.Has(FeedKind.Store)) return;
        if (world.DatabaseIsAway)
        {
            PlanPump(RetryAfter);
            return;
        }

        switch (world.Database.Read(session.Settings.Store, storeCursor, storeHash, session.Stream))
        {
            case FeedPage.BehindCursor:
                world.Tally.Add("refusal FEED_SET_BACK");
                End(Refusals.Of(new FeedEnd.SetBack(FeedKind.Store, 0)));
                return;
            case FeedPage.Read { Page: var page, AtHead: var atHead }:
                storeIsDue = !atHead;
                // An empty page goes out where its marker has news.
                if (page.ToVersion <= page.FromVersion && page.Marker?.AppliedThrough == markerSent) return;
                (storeCursor, storeHash) = ((long)page.ToVersion, FeedHash.Read(page.Hash.Span));
                markerSent = page.Marker?.AppliedThrough ?? markerSent;
                credit.Take(FeedKind.Store, storeCursor);
                world.Tally.Add(atHead ? "page at head" : "page behind head");
                line.SendDown(new() { Page = page });
                PlanPump(TimeSpan.FromMilliseconds(2));
                break;
        }
    }

    /// <summary>A newer session of the device has begun here.</summary>
    public void Fence() => End(Refusals.SessionFenced());

    void End(Refusal refusal)
    {
        if (HasEnded) return;
        line.SendDown(new() { Refusal = refusal });
        Break(CallStatus.Ok);
    }

    public void Break(CallStatus status, string? code = null, TimeSpan? retryAfter = null)
    {
        if (HasEnded) return;
        DeviceLeft();
        line.EndDown(status, code, retryAfter);
    }

    /// <summary>The call is over for the cloud.</summary>
    public void DeviceLeft()
    {
        HasEnded = true;
        replica.Remove(this);
    }
}
