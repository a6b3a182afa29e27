using System.Diagnostics;
using System.Net;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRetail.Benchmarks;

/// <summary>How fast gRPC moves the same batches over loopback when nobody looks at them: two in flight, each answered by an Ack.</summary>
static class GrpcLimit
{
    public static async Task<TimeSpan> MoveAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, int batchEntries)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = Contracts.ProtocolLimits.MessageBytesMax);
        await using var app = builder.Build();
        app.MapGrpcService<Echo>();
        await app.StartAsync();

        using var channel = GrpcChannel.ForAddress(app.Urls.Single());
        var options = new CallOptions(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        using var call = new DeviceSync.DeviceSyncClient(channel).Sync(options);
        using var credit = new SemaphoreSlim(2);
        var started = Stopwatch.GetTimestamp();
        var acknowledgements = Task.Run(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None)) credit.Release();
        });
        foreach (var chunk in entries.Chunk(batchEntries))
        {
            await credit.WaitAsync();
            var batch = new Batch { FirstSequence = 1 };
            foreach (var entry in chunk) batch.Entries.Add(UnsafeByteOperations.UnsafeWrap(entry));
            await call.RequestStream.WriteAsync(new DeviceMessage { Batch = batch });
        }

        await call.RequestStream.CompleteAsync();
        await acknowledgements;
        return Stopwatch.GetElapsedTime(started);
    }

    sealed class Echo : DeviceSync.DeviceSyncBase
    {
        public override async Task Sync(IAsyncStreamReader<DeviceMessage> requestStream, IServerStreamWriter<CloudMessage> responseStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
                await responseStream.WriteAsync(new CloudMessage { Ack = new Ack { AppliedThrough = requestStream.Current.Batch.FirstSequence } }, context.CancellationToken);
        }
    }
}
