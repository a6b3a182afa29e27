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
    sealed record State(long Session, long LastUsedSession, List<byte[]> Journal, List<ChainHash> Chain, List<FeedHash> Feed)
    {
        public long Head => Feed.Count - 1;
    }

    State state = new(0, 0, [], [ChainHash.Start(stream)], [FeedHash.Start]);
    long commits;
    State? image;
    Guid incarnation = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    public IReadOnlyList<byte[]> Journal => state.Journal;

    public long Head => state.Head;

    public FeedHash HeadHash => state.Feed[^1];

    public int EntriesMax { get; set; } = 10;

    /// <summary>While true the database cannot be reached.</summary>
    public bool IsDown { get; set; }

    /// <summary>Another device's entry moves the store's feed.</summary>
    public void CommitOfAnotherDevice() => Commit();

    public void TakeImage() => image = Copy();

    /// <summary>Puts the image back.</summary>
    public bool Restore(bool noticed)
    {
        if (image is null) return false;
        state = image with { Journal = [.. image.Journal], Chain = [.. image.Chain], Feed = [.. image.Feed] };
        if (noticed) incarnation = new Guid(incarnation.ToByteArray().Select(part => (byte)(part + 1)).ToArray());
        return true;
    }

    State Copy() => state with { Journal = [.. state.Journal], Chain = [.. state.Chain], Feed = [.. state.Feed] };

    /// <summary>The next version of the feed; what is committed after the database was put back is another.</summary>
    void Commit() => state.Feed.Add(state.Feed[^1].Append([EntryId.Derive(++commits, Hash256.Of([1]))]));

    bool IsOfHistory(long version, FeedHash hash) => version <= state.Head && state.Feed[(int)version] == hash;

    /// <summary>One call, as a replica holds it in memory.</summary>
    public sealed class Call(ModelCloud cloud)
    {
        const int PagesInFlightMax = 2;

        long session;
        bool discarding = true;
        bool welcomed;
        bool pagesWanted;
        // Below 0 while the feed waits for a cursor of this history.
        long pageCursor;
        FeedHash pageHash;
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
                case DeviceMessage.MessageOneofCase.SnapshotRead: Down.Enqueue(new() { SnapshotPage = Rows(message.SnapshotRead.AfterKey) }); break;
                case DeviceMessage.MessageOneofCase.FeedFrom:
                    (pageCursor, pageHash) = ((long)message.FeedFrom.Cursor.Version, FeedHash.Read(message.FeedFrom.Cursor.Hash.Span));
                    if (cloud.IsOfHistory(pageCursor, pageHash)) break;
                    Refuse("FEED_CURSOR_UNKNOWN", RetryClass.Hello);
                    HasEnded = true;
                    break;
                default: break;
            }
        }

        /// <summary>Sends a page of at most this many versions, if there is one to send and credit for it.</summary>
        public void SendPage(int versionsMax)
        {
            if (HasEnded || !pagesWanted || cloud.IsDown || pagesInFlight >= PagesInFlightMax || pageCursor < 0) return;
            if (!cloud.IsOfHistory(pageCursor, pageHash))
            {
                Refuse("FEED_SET_BACK", RetryClass.Hello);
                HasEnded = true;
                return;
            }

            var applied = cloud.state.Journal.Count;
            if (pageCursor == cloud.state.Head && markerSent == applied) return;
            var to = Math.Min(cloud.state.Head, pageCursor + versionsMax);
            var page = new Page { Feed = FeedKind.Store, Store = 1, FromVersion = (ulong)pageCursor, ToVersion = (ulong)to, Hash = ByteString.CopyFrom(cloud.state.Feed[(int)to].ToByteArray()) };
            if (to == cloud.state.Head)
            {
                page.Marker = new OwnMarker { AppliedThrough = (ulong)applied, AppliedChain = Bytes(cloud.state.Chain[applied]) };
                markerSent = applied;
            }

            (pageCursor, pageHash) = (to, cloud.state.Feed[(int)to]);
            pagesInFlight++;
            Down.Enqueue(new CloudMessage { Page = page });
        }

        /// <summary>Three pages of rows, each of the moment it is asked for.</summary>
        SnapshotPage Rows(string after) => new()
        {
            Feed = FeedKind.Store, Store = 1, AfterKey = after, LastKey = after switch { "" => "K", "K" => "T", _ => "" }, RowsTotal = 3,
            Head = new() { Version = (ulong)cloud.state.Head, Hash = ByteString.CopyFrom(cloud.state.Feed[^1].ToByteArray()) },
        };

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
            (pageCursor, pageHash) = ((long)hello.StoreCursor.Version, FeedHash.Read(hello.StoreCursor.Hash.Span));
            var isKnown = cloud.IsOfHistory(pageCursor, pageHash);
            if (!isKnown) pageCursor = -1;
            Down.Enqueue(new CloudMessage
            {
                Welcome = new Welcome
                {
                    Verdict = Verdict.Resume, Protocol = 1, Token = ByteString.CopyFrom(BitConverter.GetBytes(number)), Stream = hello.Stream,
                    AppliedThrough = (ulong)applied, AppliedChain = Bytes(cloud.state.Chain[applied]),
                    Incarnation = ByteString.CopyFrom(new IncarnationId(cloud.incarnation).ToByteArray()), ServerTimeMs = 1, ReceivedTimeMs = 1,
                    Resync = { isKnown ? [] : new[] { FeedKind.Store } },
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

            cloud.state = cloud.state with { Journal = journal, Chain = chain };
            for (var i = applied; i < journal.Count; i++) cloud.Commit();
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
