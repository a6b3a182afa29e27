using System.Net;
using System.Net.Sockets;
using EdgeRetail.CloudSync.Hosting;
using EdgeRetail.CloudSync.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serilog;
using Serilog.Events;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>One replica: two listeners on loopback, HTTP/2 for devices and HTTP/1.1 for operators.</summary>
sealed class CloudServer : IAsyncDisposable
{
    static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(15);

    readonly WebApplication application;
    readonly ServeSettings settings;

    CloudServer(WebApplicationBuilder builder, ServeSettings settings)
    {
        this.settings = settings;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenForDevices(settings.GrpcPort);
            kestrel.Listen(IPAddress.Loopback, settings.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        application = builder.Build();
        Route(application);
    }

    /// <summary>Where devices find it; known once it listens. Addresses stand in the order of listening.</summary>
    public string GrpcAddress => application.Urls.First();

    /// <summary>Where operators find it; known once it listens.</summary>
    public string HttpAddress => application.Urls.Last();

    public static CloudServer Build(ServeSettings settings, SecretSource secrets, TimeProvider clock)
    {
        // Nothing is read from the folder it is started in, nor from files of settings: the command line says it all.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(CloudServer).Assembly.GetName().Name });
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseStaticWebAssets();
        builder.Host.UseSerilog((_, logger) => logger
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Grpc", LogEventLevel.Warning)
            // Says at every start that keys are not encrypted, of keys that are not kept.
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
            // What keeps it from starting is answered, with its code.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            // Every failed request is logged once, by whoever answers it.
            .MinimumLevel.Override("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogEventLevel.Fatal)
            .WriteTo.Console(
                outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}",
                standardErrorFromLevel: LogEventLevel.Verbose));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(secrets);
        builder.Services.AddCloudSyncCore(new(settings.ConnectionString, settings.SessionKeys, settings.Replica) { Durability = settings.Durability ?? new(), CertificateKeyFile = settings.CertificateKeyFile });
        builder.Services.AddOperations();
        return new(builder, settings);
    }

    /// <summary>Listens; a problem where it cannot.</summary>
    public async Task<Problem?> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
            return null;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return IsTaken(settings.GrpcPort) ? PortInUse(settings.GrpcPort, "--grpc-port") : PortInUse(settings.HttpPort, "--port");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return new("PORT_DENIED", $"This account may not listen on port {settings.GrpcPort} or {settings.HttpPort}.", "Choose ports from 1024 up with --grpc-port and --port.");
        }
    }

    /// <summary>Serves until told to stop; then devices are sent away, work under way ends, and it returns.</summary>
    public async Task RunUntilAsync(CancellationToken stop)
    {
        await using var registration = stop.Register(application.Lifetime.StopApplication);
        await application.WaitForShutdownAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    static void Route(WebApplication application)
    {
        application.UseMiddleware<LoopbackHosts>();
        application.UseMiddleware<OperatorsListener>();
        application.UseOperations();
        application.MapDeviceSync();
        application.MapOperations();
    }

    static Problem PortInUse(int port, string option) =>
        new("PORT_IN_USE", $"Port {port} is taken by another process.", $"Stop that one, or choose another port with {option}; 0 takes a free one.");

    static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
