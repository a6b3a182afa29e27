using System.Net;
using System.Net.Sockets;
using EdgeRetail.EdgeAgent;
using EdgeRetail.Kiosk.Api;
using EdgeRetail.Kiosk.Guard;
using EdgeRetail.Kiosk.Live;
using EdgeRetail.Kiosk.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeRetail.Kiosk;

/// <summary>
/// The page and the local API of one agent: on a loopback port for the shop's browser, and on a Unix socket that only the
/// agent's own user can open for the command line. Nothing outside the machine reaches either.
/// </summary>
public sealed class KioskApp : IAsyncDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly WebApplication app;
    readonly KioskOptions options;
    readonly ChangeSignal changes;

    KioskApp(WebApplication app, KioskOptions options, ChangeSignal changes)
    {
        this.app = app;
        this.options = options;
        this.changes = changes;
    }

    /// <summary>Puts the kiosk together over an open agent, which it does not dispose; it listens from <see cref="StartAsync"/> on.</summary>
    public static KioskApp Build(KioskOptions options, Agent agent, ILoggerFactory loggers)
    {
        // The empty builder reads no configuration: no variable and no file can make it listen elsewhere.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "EdgeRetail.Kiosk" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, HostedLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = BindSocket);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LoopbackGuard.PageBodyBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenUnixSocket(options.SocketPath, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection =>
                {
                    connection.Features.Set(SocketConnection.Instance);
                    return next(connection);
                });
            });
        });

        var app = builder.Build();
        var changes = new ChangeSignal(agent);
        var token = PageToken.Create();
        app.UseMiddleware(token, loggers.CreateLogger<KioskApp>());
        app.UseRouting();
        new LocalApi(new(agent, options.SoftwareVersion), options).Map(app);
        new StatusStream(agent, options, changes, app.Lifetime.ApplicationStopping).Map(app);
        PageFiles.Load(token).Map(app);
        return new(app, options, changes);
    }

    /// <summary>Listens. The socket of an agent that was killed is replaced: whoever holds the ledger is the only agent.</summary>
    /// <exception cref="KioskStartException">KIOSK_PORT_IN_USE, KIOSK_PORT_REFUSED, SOCKET_REFUSED.</exception>
    public async Task<KioskAddresses> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new KioskStartException(KioskStartException.PortInUse, $"Port {options.Port} is in use by another program.", "Stop that program, or choose another port with --kiosk-port (0 takes a free one).", exception);
        }
        catch (SocketException exception)
        {
            throw new KioskStartException(KioskStartException.PortRefused, $"The system does not let this program listen on port {options.Port}: {exception.Message}.", "Choose a port above 1023 with --kiosk-port (0 takes a free one).", exception);
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return new(new Uri(addresses.Single(address => !address.Contains("unix:", StringComparison.Ordinal))), options.SocketPath);
    }

    /// <summary>Ends the event streams, lets requests that have begun finish, and stops listening.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        changes.Dispose();
        await app.DisposeAsync();
    }

    /// <summary>The socket gets its mode between bind and listen, so nobody else can connect at any time.</summary>
    static Socket BindSocket(EndPoint endPoint)
    {
        if (endPoint is not UnixDomainSocketEndPoint) return SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        var path = endPoint.ToString()!;
        try
        {
            File.Delete(path);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(endPoint);
            File.SetUnixFileMode(path, OwnerOnly);
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new KioskStartException(KioskStartException.SocketRefused, $"The socket {path} cannot be made: {exception.Message}", "Check that the data directory belongs to the user that runs the agent.", exception);
        }
    }

    /// <summary>The program that hosts the kiosk decides when it ends, not the kiosk.</summary>
    sealed class HostedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
