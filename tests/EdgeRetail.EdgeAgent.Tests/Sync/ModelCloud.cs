using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>
/// The cloud's side of the protocol for one device and one store, in memory, as the protocol text has it: fence, gap, overlap
/// and chain are checked, de-duplication is by sequence. What is a field here survives a restart; calls do not.
/// </summary>
sealed class ModelCloud(StreamId stream)
{
    /// <summary>What a database holds, so that it can be put back.</summary>
    sealed record State(long Session, long LastUsedSession, List<byte[]> Journal, List<ChainHash> Chain, long Head);

    State state = new(0, 0, [], [ChainHash.Start(stream)], 0);
    State? image;
    Guid incarnation = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    public IReadOnlyList<byte[]> Journal => state.Journal;

    public long Head => state.Head;

    public int EntriesMax { get; set; } = 10;

    /// <summary>While true the database cannot be reached.</summary>
    public bool IsDown { get; set; }

    /// <summary>Another device's entry moves the store's feed.</summary>
    public void CommitOfAnotherDevice() => state = state with { Head = state.Head + 1 };

    public void TakeImage() => image = Copy();

    /// <summary>Puts the image back, if no device has seen the feed beyond it (what comes then is a snapshot, not this session's).</summary>
    public bool Restore(long deviceCursor, bool noticed)
    {
        if (image is null || deviceCursor > image.Head) return false;
        state = image with { Journal = [.. image.Journal], Chain = [.. image.Chain] };
        if (noticed) incarnation = new Guid(incarnation.ToByteArray().Select(part => (byte)(part + 1)).ToArray());
        return true;
    }

    State Copy() => state with { Journal = [.. state.Journal], Chain = [.. state.Chain] };

    /// <summary>One call, as a replica holds it in memory.</summary>
    public sealed class Call(ModelCloud cloud)
    {
        const int PagesInFlightMax = 2;

        long session;
        bool discarding = true;
        bool welcomed;
        bool pagesWanted;
        long pageCursor;
        long markerSent = -1;
        int pagesInFlight;

        /// <summary>What goes down, in order.</summary>
        public Queue<CloudMessage> Down { get; } = new();

        public bool HasEnded { get; private set; }

        public void Take(DeviceMessage message)
        {
            if (HasEnded) return;
            switch (message.MessageCase)
            {
                case DeviceMessage.MessageOneofCase.Hello: TakeHello(message.Hello); break;
                case DeviceMessage.MessageOneofCase.Resume when welcomed:
                    if (session == cloud.state.Session) cloud.state = cloud.state with { LastUsedSession = session };
                    discarding = false;
                    pagesWanted = true;
                    break;
                case DeviceMessage.MessageOneofCase.Batch when welcomed: TakeBatch(message.Batch); break;
                case DeviceMessage.MessageOneofCase.PageApplied: pagesInFlight--; break;
                default: break;
            }
        }

        /// <summary>Sends a page of at most this many versions, if there is one to send and credit for it.</summary>
        public void SendPage(int versionsMax)
        {
            if (HasEnded || !pagesWanted || cloud.IsDown || pagesInFlight >= PagesInFlightMax || pageCursor > cloud.state.Head) return;
            var applied = cloud.state.Journal.Count;
            if (pageCursor == cloud.state.Head && markerSent == applied) return;
            var to = Math.Min(cloud.state.Head, pageCursor + versionsMax);
            var page = new Page { Feed = FeedKind.Store, Store = 1, FromVersion = (ulong)pageCursor, ToVersion = (ulong)to, Hash = ByteString.CopyFrom(new byte[32]) };
            if (to == cloud.state.Head)
            {
                page.Marker = new OwnMarker { AppliedThrough = (ulong)applied, AppliedChain = Bytes(cloud.state.Chain[applied]) };
                markerSent = applied;
            }

            pageCursor = to;
            pagesInFlight++;
            Down.Enqueue(new CloudMessage { Page = page });
        }

        public void Direct()
        {
            if (!HasEnded && welcomed) Down.Enqueue(new CloudMessage { Directive = new Directive { Reconnect = new Reconnect { AfterMs = 5 } } });
        }

        void TakeHello(Hello hello)
        {
            if (cloud.IsDown)
            {
                Refuse("DATABASE_UNAVAILABLE", RetryClass.Same);
                return;
            }

            var presented = hello.Token.Length == 0 ? 0 : BitConverter.ToInt64(hello.Token.Span);
            var number = Math.Max(cloud.state.Session, presented) + 1;
            var applied = cloud.state.Journal.Count;
            if (presented < cloud.state.LastUsedSession || (long)hello.LastSequence < applied)
            {
                Refuse("NEW_STREAM_REQUIRED", RetryClass.Fork);
                return;
            }

            session = number;
            cloud.state = cloud.state with { Session = number };
            welcomed = true;
            pageCursor = (long)hello.StoreCursor.Version;
            Down.Enqueue(new CloudMessage
            {
                Welcome = new Welcome
                {
                    Verdict = Verdict.Resume, Protocol = 1, Token = ByteString.CopyFrom(BitConverter.GetBytes(number)), Stream = hello.Stream,
                    AppliedThrough = (ulong)applied, AppliedChain = Bytes(cloud.state.Chain[applied]),
                    Incarnation = ByteString.CopyFrom(new IncarnationId(cloud.incarnation).ToByteArray()), ServerTimeMs = 1, ReceivedTimeMs = 1,
                    Limits = new Limits { BatchEntriesMax = 10, BatchBytesMax = 1 << 20, BatchesInFlightMax = 2, PagesInFlightMax = PagesInFlightMax },
                },
            });
        }

        void TakeBatch(Batch batch)
        {
            if (discarding) return;
            var applied = cloud.state.Journal.Count;
            if (cloud.IsDown)
            {
                Refuse("DATABASE_UNAVAILABLE", RetryClass.Same);
                return;
            }

            if (batch.Entries.Count > cloud.EntriesMax)
            {
                Refuse("BATCH_TOO_LARGE", RetryClass.Same);
                return;
            }

            if (BitConverter.ToInt64(batch.Token.Span) != cloud.state.Session)
            {
                Refuse("SESSION_FENCED", RetryClass.Hello);
                return;
            }

            var first = (int)batch.FirstSequence;
            if (first > applied + 1)
            {
                Refuse("SEQUENCE_GAP", RetryClass.Rewind);
                return;
            }

            Assert.That(batch.ChainBefore, Is.EqualTo(Bytes(cloud.state.Chain[first - 1])), "a device never sends on another chain here");
            var journal = new List<byte[]>(cloud.state.Journal);
            var chain = new List<ChainHash>(cloud.state.Chain);
            for (var i = 0; i < batch.Entries.Count; i++)
            {
                var bytes = batch.Entries[i].ToByteArray();
                if (first + i <= applied) Assert.That(bytes, Is.EqualTo(journal[first + i - 1]), "a repeat has equal bytes");
                else
                {
                    journal.Add(bytes);
                    chain.Add(chain[^1].Append(first + i, Hash256.Of(bytes)));
                }
            }

            cloud.state = cloud.state with { Journal = journal, Chain = chain, Head = cloud.state.Head + journal.Count - applied };
            Down.Enqueue(new CloudMessage
            {
                Ack = new Ack { AppliedThrough = (ulong)journal.Count, AppliedChain = Bytes(chain[^1]), Incarnation = ByteString.CopyFrom(new IncarnationId(cloud.incarnation).ToByteArray()) },
            });
        }

        void Refuse(string code, RetryClass retryClass)
        {
            var applied = cloud.state.Journal.Count;
            discarding = true;
            Down.Enqueue(new CloudMessage { Refusal = new Refusal { Code = code, RetryClass = retryClass, AppliedThrough = (ulong)applied, AppliedChain = Bytes(cloud.state.Chain[applied]) } });
        }

        public void End() => HasEnded = true;
    }

    static ByteString Bytes(ChainHash chain) => ByteString.CopyFrom(chain.ToByteArray());
}
