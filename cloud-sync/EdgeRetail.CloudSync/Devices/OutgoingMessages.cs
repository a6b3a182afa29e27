using System.Threading.Channels;
using EdgeRetail.Contracts.Sync.V1;
using Grpc.Core;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// The one writer of a call. Answers go before pages, and pages of the feed before those of a snapshot, so an acknowledgement
/// waits for at most the page that is being written; credit bounds what can be queued. Small messages travel uncompressed: gzip would make them longer.
/// </summary>
sealed class OutgoingMessages
{
    const int CompressFromBytes = 512;

    static readonly WriteOptions Uncompressed = new(WriteFlags.NoCompress);
    static readonly WriteOptions Compressed = new();

    readonly Channel<Outgoing> queue = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<Outgoing>
    {
        SingleReader = true,
        Comparer = Comparer<Outgoing>.Create((a, b) => (a.Priority, a.Order).CompareTo((b.Priority, b.Order))),
    });

    long order;
    bool ended;

    public void Answer(CloudMessage message) => Add(message, priority: 0);

    public void Page(Page page) => Add(new() { Page = page }, priority: 1);

    /// <summary>Queues the page; <paramref name="written"/> is called once it has left.</summary>
    public void Snapshot(SnapshotPage page, Action written) => Add(new() { SnapshotPage = page }, priority: 2, written);

    /// <summary>Nothing more comes; answers that are queued are still written, pages are not: the next session reads them anew.</summary>
    public void Complete()
    {
        Volatile.Write(ref ended, true);
        queue.Writer.TryComplete();
    }

    public async Task WriteAllAsync(IServerStreamWriter<CloudMessage> stream, CancellationToken cancellationToken)
    {
        await foreach (var outgoing in queue.Reader.ReadAllAsync(cancellationToken))
        {
            if (outgoing.Priority > 0 && Volatile.Read(ref ended)) continue;
            stream.WriteOptions = outgoing.Message.CalculateSize() > CompressFromBytes ? Compressed : Uncompressed;
            await stream.WriteAsync(outgoing.Message, cancellationToken);
            outgoing.Written?.Invoke();
        }
    }

    void Add(CloudMessage message, int priority, Action? written = null) => queue.Writer.TryWrite(new(message, priority, Interlocked.Increment(ref order), written));

    readonly record struct Outgoing(CloudMessage Message, int Priority, long Order, Action? Written);
}
