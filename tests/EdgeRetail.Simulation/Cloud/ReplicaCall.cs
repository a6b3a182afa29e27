using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Network;
using EdgeRetail.Simulation.Runs;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>
/// One call as a replica serves it: what the product's session does with tasks and channels is done here step by step on the
/// one thread, with the product's examination, refusals, acknowledgements, welcome and credit.
/// </summary>
sealed class ReplicaCall(World world, Replica replica, DeviceId device, Line line)
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan PumpInterval = TimeSpan.FromMilliseconds(2);

    readonly PageCredit credit = new(DeviceSession.PagesInFlightMax);

    /// <summary>The versions through which pages went out that the device has not said to have applied.</summary>
    readonly Queue<long> pagesInFlight = [];
    OpenedSession? opened;
    IncarnationId incarnation;
    int resumes;
    int discardThrough;
    int entriesMax;
    Hello greeting = new();
    ReadCursor? storeCursor;
    FeedFrom? startAsked;
    SnapshotRead? snapshotAsked;
    ulong? markerSent;
    bool storeIsDue = true;
    bool pumpIsPlanned;

    public DeviceId Device => device;

    public long SessionNumber => opened?.SessionNumber ?? 0;

    /// <summary>The session's stream; of no meaning before there is a session.</summary>
    public StreamId Stream => opened?.Stream ?? default;

    public bool HasEnded { get; private set; }

    public void Take(DeviceMessage message)
    {
        if (HasEnded) return;
        switch (message.MessageCase)
        {
            case DeviceMessage.MessageOneofCase.Hello when opened is null: TakeHello(message.Hello); break;
            case DeviceMessage.MessageOneofCase.Hello: End(Refusals.Unexpected("Hello has no place in a session that has begun.")); break;
            case var _ when opened is null: End(Refusals.HelloExpected()); break;
            case DeviceMessage.MessageOneofCase.Resume:
                if (message.Resume.Offset is { } offset && !world.DatabaseIsAway && ClockOffsetRules.IsMeasuredHere(offset, greeting, opened.DatabaseTimeMs)) world.Database.SaveOffset(device, offset);
                resumes++;
                break;
            case DeviceMessage.MessageOneofCase.Batch: TakeBatch(message.Batch, opened); break;
            case DeviceMessage.MessageOneofCase.PageApplied:
                while (pagesInFlight.TryPeek(out var version) && version <= (long)message.PageApplied.Version) pagesInFlight.Dequeue();
                if (credit.Give(message.PageApplied.Feed, (long)message.PageApplied.Version)) PlanPump(TimeSpan.Zero);
                break;
            case DeviceMessage.MessageOneofCase.SnapshotRead when SnapshotReader.Fault(message.SnapshotRead) is { } fault: End(Refusals.Invalid(fault)); break;
            case DeviceMessage.MessageOneofCase.SnapshotRead when snapshotAsked is null:
                snapshotAsked = message.SnapshotRead.Clone();
                snapshotAsked.RowsMax = Math.Min(snapshotAsked.RowsMax, Shops.SnapshotRows);
                PlanPump(TimeSpan.Zero);
                break;
            case DeviceMessage.MessageOneofCase.SnapshotRead: End(Refusals.Unexpected("A snapshot page is under way.")); break;
            case DeviceMessage.MessageOneofCase.FeedFrom:
                startAsked = message.FeedFrom;
                PlanPump(TimeSpan.Zero);
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
            case SessionOpening.Refused { Decision: var decision }:
                world.Tally.Add($"verdict {decision.GetType().Name}");
                world.Trace.Note("session refused", device.Value, 0, 0, decision.GetType().Name);
                End(Refusals.Of(decision));
                break;
            case SessionOpening.Opened { Session: var session }:
                world.Tally.Add(session.Opening is { } opening ? $"verdict NewStream {opening.Code}" : "verdict Resume");
                if (world.Checker.Cloud.Sessions.GetValueOrDefault(device) < session.SessionNumber - 1) world.Tally.Add("verdict Resume, token adopted");
                world.Checker.SessionOpened(device, session.SessionNumber);
                world.Trace.Note("session opened", device.Value, session.SessionNumber, session.AppliedThrough, $"{session.Opening?.Code} {session.Stream} resync {session.Resync.Count}");
                opened = session;
                greeting = hello;
                if (session.Resync.Contains(FeedKind.Store)) world.Tally.Add("verdict Resync");
                else storeCursor = session.StoreCursor;
                var welcome = Welcomes.Of(session, incarnation, session.DatabaseTimeMs, session.DatabaseTimeMs);
                entriesMax = world.Chance.Between(1, 9);
                welcome.Limits.BatchEntriesMax = (uint)entriesMax;
                line.SendDown(new() { Welcome = welcome });
                if (replica.Add(this)) PlanPump(TimeSpan.Zero);
                else Fence();
                break;
        }
    }

    void TakeBatch(Batch batch, OpenedSession session)
    {
        Checker.CheckBounds(device, replica.Calls.Count(call => call.Device == device), pagesInFlight.Count, DeviceSession.PagesInFlightMax, batch.Entries.Count, entriesMax);
        if (resumes <= discardThrough) return;
        if (!world.Options.Has(ProtocolRule.BatchCheck)) batch.ChainCheck = 0;
        var examination = world.TakesEntriesMax is { } max && batch.Entries.Count > max ? new BatchExamination.TooLarge(max, "A batch has too many entries.") : BatchExaminer.Examine(batch, device, session.Assigned);
        if (Refused(examination, session) is not { } refusal) return;
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
            case BatchExamination.Damaged damaged: return Refusals.Damaged(damaged);
            case BatchExamination.Examined { Parts: var parts }:
                foreach (var part in parts)
                {
                    if (world.DatabaseIsAway) return Refusals.DatabaseUnavailable(RetryAfter);
                    if (world.IsOverloaded) return Refusals.Of(new BatchOutcome.Overloaded(), RetryAfter);
                    var outcome = world.Database.Ingest(device, session.Assigned, part);
                    if (outcome is not BatchOutcome.Accepted accepted) return Refusals.Of(outcome, RetryAfter);
                    world.Trace.Note("batch accepted", device.Value, part.FirstSequence, accepted.AppliedThrough, $"store {part.Store} at {accepted.StoreVersion}, durable {accepted.DurableThrough}");
                    world.Checker.Accepted(device, session.SessionNumber, part, accepted, entries => world.Database.TimesOf(part.Store, entries));
                    foreach (var disposition in accepted.Outcomes)
                    {
                        world.Tally.Add($"disposition {disposition.GetType().Name}");
                        world.Trace.Note("disposition", device.Value, disposition.Sequence, 0, disposition.GetType().Name);
                    }

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

    /// <summary>Does one thing of what is due, in the order of the product's pump, and plans the next.</summary>
    void Pump()
    {
        if (HasEnded || opened is not { } session) return;
        var pageIsDue = storeIsDue && storeCursor is not null && credit.Has(FeedKind.Store);
        if (startAsked is null && !pageIsDue && snapshotAsked is null) return;
        if (world.DatabaseIsAway)
        {
            PlanPump(RetryAfter);
            return;
        }

        if (startAsked is { } from)
        {
            startAsked = null;
            Start(session, ReadCursor.Of(from.Cursor));
        }
        else if (pageIsDue)
        {
            SendPage(session, storeCursor!.Value);
        }
        else
        {
            var asked = snapshotAsked!;
            snapshotAsked = null;
            world.Tally.Add(asked.AfterKey.Length == 0 ? "snapshot begun" : "snapshot page");
            line.SendDown(new() { SnapshotPage = world.Database.Read(session.Settings.Store, asked) });
        }

        PlanPump(PumpInterval);
    }

    /// <summary>The feed goes on after the cursor that the device names, if it is of this history.</summary>
    void Start(OpenedSession session, ReadCursor cursor)
    {
        if (world.Database.Read(session.Settings.Store, cursor.Version, cursor.Hash, session.Stream) is FeedPage.BehindCursor)
        {
            world.Tally.Add("refusal FEED_CURSOR_UNKNOWN");
            End(Refusals.Of(new FeedEnd.CursorUnknown(FeedKind.Store, cursor.Version)));
            return;
        }

        (storeCursor, storeIsDue, markerSent) = (cursor, true, null);
    }

    void SendPage(OpenedSession session, ReadCursor cursor)
    {
        switch (world.Database.Read(session.Settings.Store, cursor.Version, cursor.Hash, session.Stream))
        {
            case FeedPage.BehindCursor:
                world.Tally.Add("refusal FEED_SET_BACK");
                End(Refusals.Of(new FeedEnd.SetBack(FeedKind.Store, 0)));
                return;
            case FeedPage.Read { IsOfNoStream: true }:
                world.Tally.Add("refusal STREAM_UNKNOWN");
                End(Refusals.Of(new FeedEnd.StreamUnknown(session.Stream)));
                return;
            case FeedPage.Read { Page: var page, AtHead: var atHead }:
                storeIsDue = !atHead;
                // The first page goes out also when it is empty, and so does one whose marker has news.
                var marker = page.Marker?.AppliedThrough ?? markerSent ?? 0;
                if (page.ToVersion <= page.FromVersion && marker == markerSent) return;
                storeCursor = ReadCursor.After(page);
                markerSent = marker;
                credit.Take(FeedKind.Store, (long)page.ToVersion);
                pagesInFlight.Enqueue((long)page.ToVersion);
                world.Tally.Add(atHead ? "page at head" : "page behind head");
                line.SendDown(new() { Page = page });
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
