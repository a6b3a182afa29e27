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
    readonly List<Metadata> calls = [];
    readonly List<DeviceMessage> received = [];
    readonly List<long> journalledAt = [];

    CloudStub(WebApplication app, ModelCloud cloud)
    {
        this.app = app;
        Cloud = cloud;
    }

    public ModelCloud Cloud { get; }

    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    /// <summary>The headers of each call so far.</summary>
    public IReadOnlyList<Metadata> Calls
    {
        get { lock (gate) return [.. calls]; }
    }

    public IReadOnlyList<DeviceMessage> Received
    {
        get { lock (gate) return [.. received]; }
    }

    /// <summary>Answers a call instead of the model, where it returns a status.</summary>
    public Func<RpcException?> Refusal { get; set; } = () => null;

    /// <summary>Answers a message instead of the model, where it returns an answer.</summary>
    public Func<DeviceMessage, CloudMessage?> Instead { get; set; } = _ => null;

    /// <summary>The model's journal is told of under the same lock that the service uses.</summary>
    public int JournalCount
    {
        get
        {
            lock (gate) return Cloud.Journal.Count;
        }
    }

    /// <summary>When the n-th entry stood in the journal, by the real clock.</summary>
    public IReadOnlyList<long> JournalledAt
    {
        get { lock (gate) return [.. journalledAt]; }
    }

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
            lock (stub.gate) stub.calls.Add(context.RequestHeaders);
            if (stub.Refusal() is { } refusal) throw refusal;
            var call = new ModelCloud.Call(stub.Cloud);
            stub.OnCall?.Invoke(call);
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                CloudMessage[] answers;
                lock (stub.gate)
                {
                    stub.received.Add(requestStream.Current);
                    var before = stub.Cloud.Journal.Count;
                    if (stub.Instead(requestStream.Current) is { } instead) call.Down.Enqueue(instead);
                    else call.Take(requestStream.Current);
                    for (var i = before; i < stub.Cloud.Journal.Count; i++) stub.journalledAt.Add(TimeProvider.System.GetTimestamp());
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
