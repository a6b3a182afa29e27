using System.Net;
using EdgeRetail.Contracts.Sync.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>A real gRPC server on loopback in front of <see cref="ModelCloud"/>: the network is real, the database is not.</summary>
sealed class CloudStub : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Lock gate = new();

    CloudStub(WebApplication app, ModelCloud cloud)
    {
        this.app = app;
        Cloud = cloud;
    }

    public ModelCloud Cloud { get; }

    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    public List<Metadata> Calls { get; } = [];

    public List<DeviceMessage> Received { get; } = [];

    /// <summary>Answers a call instead of the model, where it returns a status.</summary>
    public Func<RpcException?> Refusal { get; set; } = () => null;

    /// <summary>The model's journal is told of under the same lock that the service uses.</summary>
    public int JournalCount
    {
        get
        {
            lock (gate) return Cloud.Journal.Count;
        }
    }

    /// <summary>When the n-th entry stood in the journal, by the real clock.</summary>
    public List<long> JournalledAt { get; } = [];

    public event Action? Journalled;

    public Action<ModelCloud.Call>? OnCall { get; set; }

    public static async Task<CloudStub> StartAsync(ModelCloud cloud)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = 8 << 20);
        CloudStub? stub = null;
        builder.Services.AddSingleton(_ => stub!);
        var app = builder.Build();
        app.MapGrpcService<Service>();
        stub = new(app, cloud);
        await app.StartAsync();
        stub.Address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return stub;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    sealed class Service(CloudStub stub) : DeviceSync.DeviceSyncBase
    {
        public override async Task Sync(IAsyncStreamReader<DeviceMessage> requestStream, IServerStreamWriter<CloudMessage> responseStream, ServerCallContext context)
        {
            lock (stub.gate) stub.Calls.Add(context.RequestHeaders);
            if (stub.Refusal() is { } refusal) throw refusal;
            var call = new ModelCloud.Call(stub.Cloud);
            stub.OnCall?.Invoke(call);
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                CloudMessage[] answers;
                lock (stub.gate)
                {
                    stub.Received.Add(requestStream.Current);
                    var before = stub.Cloud.Journal.Count;
                    call.Take(requestStream.Current);
                    for (var i = before; i < stub.Cloud.Journal.Count; i++) stub.JournalledAt.Add(TimeProvider.System.GetTimestamp());
                    call.SendPage(1000);
                    answers = [.. call.Down];
                    call.Down.Clear();
                }

                stub.Journalled?.Invoke();
                foreach (var answer in answers)
                {
                    await responseStream.WriteAsync(answer);
                    if (answer.Refusal is not null) return;
                }
            }
        }
    }
}
