using System.Net;
using System.Net.Sockets;

namespace EdgeRetail.TestKit;

/// <summary>
/// Whoever connects to 127.0.0.1 at a port inside of a namespace reaches 127.0.0.1 at that port outside: by TCP over the
/// cable between the two, so that what the kernel does to the cable is done to the connection.
/// </summary>
public sealed class NamespaceBridge : IAsyncDisposable
{
    readonly CancellationTokenSource stopping = new();
    readonly Socket inside;
    readonly Socket outside;

    public NamespaceBridge(NetworkNamespace network, int port)
    {
        inside = network.OpenSocket();
        inside.Bind(new IPEndPoint(IPAddress.Loopback, port));
        inside.Listen(64);
        outside = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        outside.Bind(new IPEndPoint(network.Outside, 0));
        outside.Listen(64);
        var overTheCable = (IPEndPoint)outside.LocalEndPoint!;
        _ = AcceptAsync(inside, network.OpenSocket, overTheCable);
        _ = AcceptAsync(outside, () => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, new(IPAddress.Loopback, port));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        inside.Dispose();
        outside.Dispose();
    }

    async Task AcceptAsync(Socket listener, Func<Socket> open, IPEndPoint target)
    {
        try
        {
            while (true) _ = ForwardAsync(await listener.AcceptAsync(stopping.Token), open, target);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed.
        }
    }

    async Task ForwardAsync(Socket near, Func<Socket> open, IPEndPoint target)
    {
        using var far = open();
        using (near)
        {
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(target, stopping.Token);
                await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Both ends close with the block, as one that broke does.
            }
        }
    }

    async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, stopping.Token)) > 0;)
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), stopping.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other direction ends with this one.
        }
    }
}
