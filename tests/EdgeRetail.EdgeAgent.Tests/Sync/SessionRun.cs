using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;
using Google.Protobuf;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>One session over a model device: effects are carried out at once, what is sent is kept, time is set by hand.</summary>
sealed class SessionRun
{
    public static readonly Guid SomeIncarnation = Guid.Parse("11111111-2222-3333-4444-555555555555");

    readonly Queue<SyncInput> inputs = new();

    public SessionRun(ModelDevice device, BatchSizing? sizing = null)
    {
        Device = device;
        Session = new SyncSession(sizing ?? BatchSizing.Unlimited);
        Do(new SyncInput.Connected(device.State(), new DeviceFacts("0.1.0", "fingerprint")));
    }

    public ModelDevice Device { get; }

    public SyncSession Session { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public List<DeviceMessage> Sent { get; } = [];

    /// <summary>Every effect in order, also what was sent.</summary>
    public List<SyncEffect> Effects { get; } = [];

    public SyncEnd? End { get; private set; }

    public IEnumerable<Batch> Batches => Sent.Where(message => message.MessageCase == DeviceMessage.MessageOneofCase.Batch).Select(message => message.Batch);

    public IEnumerable<DeviceStatus> Statuses => Sent.Where(message => message.MessageCase == DeviceMessage.MessageOneofCase.Status).Select(message => message.Status);

    public IEnumerable<Resume> Resumes => Sent.Where(message => message.MessageCase == DeviceMessage.MessageOneofCase.Resume).Select(message => message.Resume);

    public IEnumerable<string> Alarms => Effects.OfType<SyncEffect.Alarm>().Select(alarm => alarm.Code);

    /// <summary>A session that follows a cloud which has the stream up to here.</summary>
    public static SessionRun Established(ModelDevice device, long applied = 0, Limits? limits = null, BatchSizing? sizing = null)
    {
        var run = new SessionRun(device, sizing);
        run.Say(run.WelcomeAt(applied, limits));
        Assert.That(run.Session.IsEstablished, Is.True, $"the session ended with {run.End}");
        return run;
    }

    public SessionRun Append(int count = 1)
    {
        Device.Append(count);
        return Do(new SyncInput.EntriesAppended());
    }

    public SessionRun Say(CloudMessage message) => Do(new SyncInput.CloudSaid(message));

    public SessionRun Say(Refusal refusal) => Say(new CloudMessage { Refusal = refusal });

    public SessionRun Acknowledge(long through, params EntryDisposition[] dispositions)
    {
        var ack = new Ack { AppliedThrough = (ulong)through, AppliedChain = Chain(through), DurableThrough = (ulong)Math.Max(0, through - 1), Incarnation = Incarnation() };
        ack.Dispositions.AddRange(dispositions);
        return Say(new CloudMessage { Ack = ack });
    }

    public SessionRun Wait(TimeSpan time)
    {
        var until = Now + time;
        while (Session.WakeAt is { } wake && wake <= until && !Session.HasEnded)
        {
            Now = wake > Now ? wake : Now;
            Do(new SyncInput.Tick());
            if (Session.WakeAt <= Now) Assert.Fail("the session wants to wake at a time that has passed");
        }

        Now = until;
        return this;
    }

    public SessionRun Do(SyncInput first)
    {
        inputs.Enqueue(first);
        while (inputs.TryDequeue(out var input))
        {
            foreach (var effect in Session.Handle(input, Now))
            {
                Effects.Add(effect);
                if (effect is SyncEffect.Send send) Sent.Add(send.Message.Clone());
                if (effect is SyncEffect.EndCall ended) End = ended.End;
                if (Device.Carry(effect) is { } answer) inputs.Enqueue(answer);
            }
        }

        return this;
    }

    public ByteString Chain(long sequence) => ByteString.CopyFrom((Device.ChainAt(sequence) ?? ChainHash.Start(new StreamId(Guid.Empty))).ToByteArray());

    public static ByteString Incarnation() => ByteString.CopyFrom(new IncarnationId(SomeIncarnation).ToByteArray());

    public CloudMessage WelcomeAt(long applied, Limits? limits = null) => new()
    {
        Welcome = new Welcome
        {
            Verdict = Verdict.Resume,
            Protocol = 1,
            Token = ByteString.CopyFrom(1, 2, 3),
            Stream = ByteString.CopyFrom(Device.Stream.ToByteArray()),
            AppliedThrough = (ulong)applied,
            AppliedChain = Chain(applied),
            Incarnation = Incarnation(),
            ReceivedTimeMs = 1_767_225_600_000,
            ServerTimeMs = 1_767_225_600_001,
            Limits = limits ?? new Limits { BatchEntriesMax = 2000, BatchBytesMax = 1 << 20, BatchesInFlightMax = 2, PagesInFlightMax = 4 },
        },
    };

    public CloudMessage StorePage(long from, long to, long? marker = null) => new()
    {
        Page = new Page
        {
            Feed = FeedKind.Store,
            Store = 1,
            FromVersion = (ulong)from,
            ToVersion = (ulong)to,
            Hash = ByteString.CopyFrom(new byte[32]),
            Marker = marker is { } applied ? new OwnMarker { AppliedThrough = (ulong)applied, AppliedChain = Chain(applied) } : null,
        },
    };
}
