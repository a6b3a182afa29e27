using System.Net;
using System.Net.Sockets;

namespace EdgeRetail.TestKit;

/// <summary>
/// A network between two programs that a test breaks as it likes: whoever connects to <see cref="Port"/> is forwarded,
/// byte for byte, to the target. A fault holds for the connections there are and for those to come, until
/// <see cref="Heal"/>; a cut happens once.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly CancellationTokenSource stopping = new();
    readonly HashSet<TcpProxyLink> links = [];
    readonly TcpProxyLane up = new();
    readonly TcpProxyLane down = new();
    Socket listener;
    bool listening;
    int targetPort;
    int linksOpened;

    public TcpProxy(int targetPort)
    {
        this.targetPort = targetPort;
        listener = Bound(0);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Listen();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Where new connections go; those there are stay where they are.</summary>
    public int TargetPort
    {
        get => Volatile.Read(ref targetPort);
        set => Volatile.Write(ref targetPort, value);
    }

    /// <summary>Every chunk waits this long, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>And by chance up to so much longer; the order stays.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>No connection carries more in one direction; null for as fast as it goes.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>Connections that were accepted since the start.</summary>
    public int LinksOpened => Volatile.Read(ref linksOpened);

    public int LinksOpen
    {
        get
        {
            lock (gate) return links.Count;
        }
    }

    public long Bytes(LinkDirection direction) => Lane(direction).Passed;

    /// <summary>Resets every connection (RST); new ones are accepted.</summary>
    public void Cut()
    {
        TcpProxyLink[] open;
        lock (gate) open = [.. links];
        foreach (var link in open) link.Reset();
    }

    /// <summary>The network is gone: every connection is reset and new ones are refused.</summary>
    public void Refuse()
    {
        lock (gate)
        {
            listener.Dispose();
            // Bound and not listening: connecting is refused, and nobody else takes the port meanwhile.
            listener = Bound(Port);
            listening = false;
        }

        Cut();
    }

    /// <summary>Bytes are held back and connections stay open: a black hole, as a dead modem makes one. Nothing is lost.</summary>
    public void Stall(LinkDirection? only = null)
    {
        if (only is not LinkDirection.Down) up.Stall();
        if (only is not LinkDirection.Up) down.Stall();
    }

    /// <summary>After so many bytes more, bytes of the direction vanish while the connection stays open.</summary>
    public void Swallow(LinkDirection direction, long afterBytes = 0) => Lane(direction).Swallow(afterBytes);

    /// <summary>After so many bytes more of the direction the connection that carries them is reset, also in the middle of a frame. The task ends when it happened.</summary>
    public Task CutAfter(LinkDirection direction, long bytes) => Lane(direction).CutAfter(bytes);

    /// <summary>After so many bytes more of the direction one bit of the next is turned over. The task ends when it happened.</summary>
    public Task CorruptAfter(LinkDirection direction, long bytes, int bit = 0) => Lane(direction).CorruptAfter(bytes, bit);

    /// <summary>Says "no more" (FIN) in one direction of every connection; the other goes on.</summary>
    public void HalfClose(LinkDirection direction)
    {
        TcpProxyLink[] open;
        lock (gate) open = [.. links];
        foreach (var link in open) link.HalfClose(direction);
    }

    /// <summary>Forwards again. What was swallowed stays lost and what was corrupted stays so: then connections are reset.</summary>
    public void Heal()
    {
        var lost = up.Heal() | down.Heal();
        (Delay, Jitter, BytesPerSecond) = (TimeSpan.Zero, TimeSpan.Zero, null);
        if (lost) Cut();
        lock (gate)
        {
            if (listening) return;
            listener.Dispose();
            listener = Bound(Port);
            Listen();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        lock (gate) listener.Dispose();
        up.Heal();
        down.Heal();
        Cut();
    }

    internal TcpProxyLane Lane(LinkDirection direction) => direction == LinkDirection.Up ? up : down;

    internal TimeSpan NextDelay() => Delay + (Jitter * Random.Shared.NextDouble());

    internal void Forget(TcpProxyLink link)
    {
        lock (gate) links.Remove(link);
    }

    static Socket Bound(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    void Listen()
    {
        listener.Listen(64);
        listening = true;
        _ = AcceptAsync(listener);
    }

    async Task AcceptAsync(Socket from)
    {
        try
        {
            while (true) _ = ForwardAsync(await from.AcceptAsync(stopping.Token));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Refused or disposed: the listener is another one now, or none.
        }
    }

    async Task ForwardAsync(Socket near)
    {
        Interlocked.Increment(ref linksOpened);
        near.NoDelay = true;
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var link = new TcpProxyLink(this, near, far);
        lock (gate) links.Add(link);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, TargetPort, stopping.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            link.Reset();
            return;
        }

        await link.RunAsync(stopping.Token);
    }
}
