using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace EdgeRetail.TestKit;

/// <summary>The service manager's end of NOTIFY_SOCKET: keeps what it was told, and when.</summary>
public sealed class NotifySocket : IDisposable
{
    readonly TemporaryDirectory folder = new();
    readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    readonly List<(string State, long At)> told = [];

    public NotifySocket()
    {
        socket.Bind(new UnixDomainSocketEndPoint(Path));
        _ = ReadAsync();
    }

    public string Path => folder["notify"];

    public IReadOnlyList<string> Told
    {
        get { lock (told) return [.. told.Select(each => each.State)]; }
    }

    /// <summary>The longest time between two of the same word in a row, so far.</summary>
    public TimeSpan LongestPause(string state)
    {
        lock (told)
        {
            var times = told.Where(each => each.State == state).Select(each => each.At).ToList();
            return times.Zip(times.Skip(1), (before, after) => Stopwatch.GetElapsedTime(before, after)).DefaultIfEmpty().Max();
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        folder.Dispose();
    }

    async Task ReadAsync()
    {
        var datagram = new byte[4096];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(datagram.AsMemory());
                lock (told) told.Add((Encoding.UTF8.GetString(datagram, 0, length), Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // Closed.
        }
    }
}
