using CsCheck;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>
/// The session against a model of the cloud over a network that loses, repeats and delays, with crashes on both sides, a
/// database that is away for a while and one that is put back: whatever happens, nothing is lost or doubled, and it drains.
/// </summary>
sealed class SyncSessionRandomWalkTests
{
    static readonly Dictionary<string, long> Seen = [];

    [Test]
    public void Nothing_is_lost_or_doubled_and_the_outbox_drains_whatever_happens()
    {
        Seen.Clear();
        Gen.Byte.Array[100, 800].Sample(steps => new Walk().Run(steps), iter: 3_000, threads: 1);
        TestContext.Out.WriteLine(string.Join("\n", Seen.OrderBy(seen => seen.Key).Select(seen => $"{seen.Key,-40} {seen.Value,8}")));

        foreach (var rare in new[]
        {
            "alarm CLOUD_LOST_DURABLE", "alarm RESYNCING", "snapshot shown", "snapshot gone on with after a crash", "crash", "cloud restart", "end CLOUD_TIMEOUT Hello", "end DATABASE_UNAVAILABLE", "end RECONNECT",
            "end SESSION_FENCED", "late batch of an old call", "refusal BATCH_TOO_LARGE", "refusal SEQUENCE_GAP", "repeated batch",
        })
            Assert.That(Seen.GetValueOrDefault(rare), Is.GreaterThan(5), $"a walk that never meets '{rare}' proves little");
    }

    static void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    sealed class Walk
    {
        readonly ModelDevice device = new();
        readonly ModelCloud cloud;
        readonly List<Link> links = [];
        Link? current;
        SyncSession? session;
        BatchSizing sizing = BatchSizing.Unlimited;
        TimeSpan now = TimeSpan.FromHours(1);
        int crashIn = -1;
        bool imageTaken;

        public Walk() => cloud = new(device.Stream);

        /// <summary>A call's two directions; after a cut what is on its way up may still arrive, long after.</summary>
        sealed class Link(ModelCloud.Call call)
        {
            public ModelCloud.Call Call => call;

            public Queue<DeviceMessage> Up { get; } = new();
        }

        public void Run(byte[] steps)
        {
            for (var i = 0; i + 1 < steps.Length; i += 2) Step(steps[i], steps[i + 1]);
            Settle();
            Check();
        }

        void Step(byte what, byte how)
        {
            switch (what)
            {
                case < 36: Sell(1 + (how % 4)); break;
                case < 44: Sell(1 + (how % 40)); break;
                case < 64: Connect(); break;
                case < 116: DeliverUp(current, 1 + (how % 3)); break;
                case < 168: DeliverDown(1 + (how % 3)); break;
                case < 188: current?.Call.SendPage(1 + (how % 5)); break;
                case < 194: cloud.CommitOfAnotherDevice(); break;
                case < 206: LateDelivery(how); break;
                case < 211: RepeatBatch(); break;
                case < 221: Cut(how); break;
                case < 225: crashIn = how % 4; break;
                case < 228: RestartCloud(); break;
                case < 232: current?.Call.Direct(); break;
                case < 236: cloud.IsDown = !cloud.IsDown; break;
                case < 239: cloud.EntriesMax = 4 + (how % 12); break;
                case < 243: LoseUp(); break;
                case < 246: TakeImage(); break;
                case < 249: Restore(noticed: how % 2 == 0, live: how % 4 < 2); break;
                default: Wait(how); break;
            }
        }

        void Sell(int count)
        {
            device.Append(count);
            Handle(new SyncInput.EntriesAppended());
        }

        void Connect()
        {
            if (session is not null) return;
            current = new Link(new ModelCloud.Call(cloud));
            links.Add(current);
            session = new SyncSession(sizing);
            Handle(new SyncInput.Connected(device.State(), new DeviceFacts("", "")));
        }

        void DeliverUp(Link? link, int count)
        {
            while (link is not null && count-- > 0 && link.Up.TryDequeue(out var message)) link.Call.Take(message);
        }

        void DeliverDown(int count)
        {
            while (current is { } link && count-- > 0 && link.Call.Down.TryDequeue(out var message))
            {
                if (message.Refusal is { } refusal) Count($"refusal {refusal.Code}");
                Handle(new SyncInput.CloudSaid(message));
            }
        }

        /// <summary>What an old call had sent arrives now: the cloud has to tell by token, gap and chain.</summary>
        void LateDelivery(byte how)
        {
            var old = links.Where(link => link != current && link.Up.Count > 0).ToList();
            if (old.Count == 0) return;
            var late = old[how % old.Count];
            if (late.Up.Peek().MessageCase == DeviceMessage.MessageOneofCase.Batch) Count("late batch of an old call");
            DeliverUp(late, 1 + (how % 2));
        }

        void RepeatBatch()
        {
            if (current?.Up.LastOrDefault(message => message.MessageCase == DeviceMessage.MessageOneofCase.Batch) is not { } batch) return;
            Count("repeated batch");
            current.Up.Enqueue(batch);
        }

        /// <summary>A message is gone although the call lives: no gRPC stream does that, a faulty proxy may.</summary>
        void LoseUp()
        {
            if (current is { } link && link.Up.TryPeek(out var message) && message.MessageCase == DeviceMessage.MessageOneofCase.Batch) link.Up.Dequeue();
        }

        void Cut(byte how)
        {
            if (current is null) return;
            if (how % 3 == 0) current.Up.Clear();
            current.Call.Down.Clear();
            Handle(new SyncInput.CallEnded(how % 5 == 0 ? CallStatus.Ok : CallStatus.Unavailable, null, null, "cut"));
        }

        void RestartCloud()
        {
            Count("cloud restart");
            foreach (var link in links)
            {
                link.Call.End();
                link.Up.Clear();
                link.Call.Down.Clear();
            }

            Handle(new SyncInput.CallEnded(CallStatus.Unavailable, null, null, "restart"));
        }

        void TakeImage()
        {
            cloud.TakeImage();
            imageTaken = true;
        }

        /// <summary>The database is put back: with the replicas' calls cut, or under them, as a switch to a standby that lagged is.</summary>
        void Restore(bool noticed, bool live)
        {
            if (!imageTaken || !cloud.Restore(noticed)) return;
            imageTaken = false;
            if (!live) RestartCloud();
        }

        void Wait(byte how)
        {
            now += TimeSpan.FromSeconds(how % 60);
            if (session?.WakeAt <= now) Handle(new SyncInput.Tick());
        }

        void Handle(SyncInput first)
        {
            var inputs = new Queue<SyncInput>([first]);
            while (session is { } running && inputs.TryDequeue(out var input))
            {
                foreach (var effect in running.Handle(input, now))
                {
                    if (crashIn == 0)
                    {
                        Crash();
                        return;
                    }

                    if (crashIn > 0) crashIn--;
                    switch (effect)
                    {
                        case SyncEffect.Send(var message): current!.Up.Enqueue(message.Clone()); break;
                        case SyncEffect.Alarm alarm: Count($"alarm {alarm.Code}"); break;
                        case SyncEffect.EndCall(var end): Ended(end, running); break;
                        default:
                            if (effect is SyncEffect.OpenSnapshot && device.Snapshot?.AfterKey.Length > 0) Count("snapshot gone on with after a crash");
                            if (effect is SyncEffect.LayPage { MaySwitch: true } && device.Snapshot is not null) Count("snapshot shown");
                            if (device.Carry(effect) is { } answer) inputs.Enqueue(answer);
                            break;
                    }
                }
            }
        }

        void Crash()
        {
            Count("crash");
            crashIn = -1;
            session = null;
            current = null;
            sizing = BatchSizing.Unlimited;
        }

        void Ended(SyncEnd end, SyncSession ended)
        {
            Count($"end {end.Code}");
            if (end is { Code: "CLOUD_TIMEOUT", WasConnected: false }) Count("end CLOUD_TIMEOUT Hello");
            Assert.That(end.Retry, Is.Not.EqualTo(SyncRetry.Slow), $"nothing here needs a person: {end}");
            Assert.That(end.Code, Is.Not.EqualTo("CLOUD_MESSAGE_INVALID"));
            sizing = ended.Sizing;
            session = null;
            current = null;
        }

        /// <summary>The faults end; time goes on and everything is delivered.</summary>
        void Settle()
        {
            crashIn = -1;
            cloud.IsDown = false;
            cloud.EntriesMax = 10;
            for (var round = 0; round < 2_000; round++)
            {
                Connect();
                DeliverUp(current, 10);
                current?.Call.SendPage(5);
                DeliverDown(10);
                if (IsSettled()) return;
                if (current is { } link && link.Up.Count == 0 && link.Call.Down.Count == 0 && session?.WakeAt is { } wake)
                {
                    now = wake > now ? wake : now;
                    Handle(new SyncInput.Tick());
                }
            }
        }

        bool IsSettled() => session is { IsDrained: true } && device.AcknowledgedThrough == device.LastSequence
            && device.Covered.Count == device.LastSequence && device.StoreCursor == new EdgeAgent.Cache.FeedCursor(cloud.Head, cloud.HeadHash);

        void Check()
        {
            Assert.That(IsSettled(), Is.True,
                $"drained: {session?.IsDrained}, acknowledged {device.AcknowledgedThrough} of {device.LastSequence}, covered {device.Covered.Count}, feed {device.StoreCursor.Version} of {cloud.Head}");
            Assert.That(cloud.Journal, Is.EqualTo(device.Entries.Select(entry => entry.Bytes)), "the journal is the ledger: every entry, once, in order, byte for byte");
        }
    }
}
