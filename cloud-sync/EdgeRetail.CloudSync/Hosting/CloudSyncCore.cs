using System.IO.Compression;
using System.Net;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.DayCloses;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Durability;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EdgeRetail.CloudSync.Hosting;

/// <summary>Puts the devices' side together: ingest, feeds and the gRPC service.</summary>
public static class CloudSyncCore
{
    static readonly TimeSpan PingAfterSilence = TimeSpan.FromMinutes(5);
    static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Registers everything a replica serves devices with. A clock, a random source and secrets may be registered before.</summary>
    public static IServiceCollection AddCloudSyncCore(this IServiceCollection services, CloudSyncCoreOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(SecretSource.OfTheSystem);
        services.TryAddSingleton<Random>(provider => new SynchronizedRandom(provider.GetRequiredService<SecretSource>().PositiveInt32()));
        services.AddSingleton(new ReplicaName(options.Replica));
        services.AddSingleton(new SessionTokens(options.SessionKeys));
        services.AddSingleton(_ => new CloudDatabase(options.ConnectionString, options.ConcurrentMerges));
        services.AddSingleton(provider => new MergeAdmission(options.ConcurrentMerges, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new HelloAdmission(options.Hellos, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BatchIngest>();
        services.AddSingleton<StoreFeedReader>();
        services.AddSingleton<CatalogueFeedReader>();
        services.AddSingleton<SnapshotReader>();
        services.AddSingleton<FeedHeads>();
        services.AddSingleton(new CertificateKeyPlace(options.CertificateKeyFile));
        services.AddSingleton<CertificateSigner>();
        services.AddSingleton<DayCloseAnswering>();
        services.AddSingleton<DeviceAuthenticator>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<ClockOffsetStore>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<OpenCalls>();
        services.AddSingleton<IncarnationKeeper>();
        services.AddSingleton<DeviceStatusWriter>();
        services.AddSingleton<DurabilityStanding>();
        services.AddSingleton(provider => new DurabilityPublisher(
            options.ConnectionString, options.Durability, provider.GetRequiredService<DurabilityStanding>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DurabilityPublisher>>()));
        services.AddSingleton<SessionServices>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedHeads>());
        services.AddHostedService(provider => provider.GetRequiredService<DeviceStatusWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<DurabilityPublisher>());
        services.AddHostedService(provider => provider.GetRequiredService<DayCloseAnswering>());
        services.AddHostedService<StandingTransactions>();
        services.AddHostedService<SendAwayOnStop>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = ProtocolLimits.MessageBytesMax;
            grpc.MaxSendMessageSize = ProtocolLimits.MessageBytesMax;
            grpc.ResponseCompressionAlgorithm = "gzip";
            grpc.ResponseCompressionLevel = CompressionLevel.Fastest;
        });
        return services;
    }

    public static void MapDeviceSync(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<DeviceSyncService>();

    /// <summary>Listens for devices: HTTP/2 without TLS, on loopback only. Port 0 takes a free one.</summary>
    public static void ListenForDevices(this KestrelServerOptions kestrel, int port)
    {
        kestrel.Limits.Http2.KeepAlivePingDelay = PingAfterSilence;
        kestrel.Limits.Http2.KeepAlivePingTimeout = PingTimeout;
        kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint.Protocols = HttpProtocols.Http2);
    }
}
