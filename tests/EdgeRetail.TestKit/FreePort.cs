using System.Net;
using System.Net.Sockets;

namespace EdgeRetail.TestKit;

/// <summary>A loopback port nobody listens on now. Prefer port 0 where the program says which it took.</summary>
public static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
