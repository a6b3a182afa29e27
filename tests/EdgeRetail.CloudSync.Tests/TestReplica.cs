using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Durability;
using EdgeRetail.CloudSync.Hosting;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRetail.CloudSync.Tests;

/// <summary>A replica as it is in production, on a free loopback port: real gRPC, real PostgreSQL.</summary>
public sealed class TestReplica : IAsyncDisposable
{
    /// <summary>The keys of all replicas of a test, unless it says otherwise.</summary>
    public static readonly SessionKeyset Keys = new(7, [new(7, [.. Enumerable.Range(0, 32).Select(i => (byte)i)], DateTimeOffset.UnixEpoch)]);

    readonly WebApplication application;

    TestReplica(WebApplication application)
    {
        this.application = application;
        Address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public string Address { get; }

    public IServiceProvider Services => application.Services;

    public static async Task<TestReplica> StartAsync(string connectionString, string name = "replica", SessionKeyset? keys = null, Action<IServiceCollection>? configure = null, DurabilityOptions? durability = null, string? keyFile = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("EDGERETAIL_TEST_LOG") == "1") builder.Logging.AddSimpleConsole();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForDevices(0));
        configure?.Invoke(builder.Services);
        builder.Services.AddCloudSyncCore(new(connectionString, keys ?? Keys, name) { Durability = durability ?? new(), CertificateKeyFile = keyFile });
        var application = builder.Build();
        application.MapDeviceSync();
        await application.StartAsync();
        return new(application);
    }

    public GrpcChannel Connect() => GrpcChannel.ForAddress(Address);

    public Task StopAsync() => application.StopAsync();

    public async ValueTask DisposeAsync() => await application.DisposeAsync();
}
