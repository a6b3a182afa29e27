using System.Net;
using System.Net.Sockets;

namespace EdgeRetail.TestKit;

/// <summary>
/// A loopback port at which connecting is refused, for as long as this is held: bound, so that nobody else takes it, and not
/// listening. A program that listens takes port 0 and says which it got.
/// </summary>
public sealed class FreePort : IDisposable
{
    readonly Socket held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public FreePort()
    {
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)held.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public void Dispose() => held.Dispose();
}
