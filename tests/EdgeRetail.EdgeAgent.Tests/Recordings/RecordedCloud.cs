using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.TestKit;
using Grpc.Core;

namespace EdgeRetail.EdgeAgent.Tests.Recordings;

/// <summary>Says what a cloud said then, each message when the device has said what came before it; keeps the entries that come up.</summary>
sealed class RecordedCloud(RecordedSession recording) : DeviceSync.DeviceSyncBase
{
    readonly List<byte[]> entries = [];
    readonly Dictionary<FeedKind, ulong> applied = [];
    bool hello;
    bool resumed;
    ulong sentThrough;

    public IReadOnlyList<byte[]> Entries => entries;

    public override async Task Sync(IAsyncStreamReader<DeviceMessage> requestStream, IServerStreamWriter<CloudMessage> responseStream, ServerCallContext context)
    {
        foreach (var message in recording.Messages)
        {
            if (!message.FromDevice)
            {
                await responseStream.WriteAsync(CloudMessage.Parser.ParseFrom(message.Bytes));
                continue;
            }

            var then = DeviceMessage.Parser.ParseFrom(message.Bytes);
            while (!HasSaid(then))
            {
                if (!await requestStream.MoveNext(context.CancellationToken)) return;
                Take(requestStream.Current);
            }
        }

        while (await requestStream.MoveNext(context.CancellationToken)) Take(requestStream.Current);
    }

    bool HasSaid(DeviceMessage then) => then.MessageCase switch
    {
        DeviceMessage.MessageOneofCase.Hello => hello,
        DeviceMessage.MessageOneofCase.Resume => resumed,
        DeviceMessage.MessageOneofCase.Batch => sentThrough >= then.Batch.FirstSequence + (ulong)then.Batch.Entries.Count - 1,
        DeviceMessage.MessageOneofCase.PageApplied => applied.GetValueOrDefault(then.PageApplied.Feed) >= then.PageApplied.Version,
        // Figures are said as it suits each version.
        _ => true,
    };

    void Take(DeviceMessage now)
    {
        hello |= now.Hello is not null;
        resumed |= now.Resume is not null;
        if (now.PageApplied is { } page) applied[page.Feed] = page.Version;
        if (now.Batch is not { } batch) return;
        entries.AddRange(batch.Entries.Select(entry => entry.ToByteArray()));
        sentThrough = batch.FirstSequence + (ulong)batch.Entries.Count - 1;
    }
}
