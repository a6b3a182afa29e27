using System.Net.Sockets;

namespace EdgeRetail.TestKit;

/// <summary>One forwarded connection.</summary>
sealed class TcpProxyLink(TcpProxy proxy, Socket near, Socket far)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(PumpAsync(near, far, LinkDirection.Up, cancellationToken), PumpAsync(far, near, LinkDirection.Down, cancellationToken));
        near.Dispose();
        far.Dispose();
        proxy.Forget(this);
    }

    /// <summary>Resets both ends: who reads learns at once that the connection broke.</summary>
    public void Reset()
    {
        foreach (var socket in (Socket[])[near, far])
        {
            try
            {
                socket.LingerState = new(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed already: then there is nothing left to reset.
            }

            socket.Dispose();
        }

        proxy.Forget(this);
    }

    public void HalfClose(LinkDirection direction)
    {
        try
        {
            (direction == LinkDirection.Up ? far : near).Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
    }

    async Task PumpAsync(Socket from, Socket to, LinkDirection direction, CancellationToken cancellationToken)
    {
        var lane = proxy.Lane(direction);
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, cancellationToken);
                if (read == 0) break;
                var (forward, cutNow) = await lane.AdmitAsync(buffer.AsMemory(0, read), cancellationToken);
                if (proxy.NextDelay() is var delay && delay > TimeSpan.Zero) await Task.Delay(delay, cancellationToken);
                await SendAsync(to, buffer.AsMemory(0, forward), cancellationToken);
                if (cutNow is null) continue;
                Reset();
                cutNow.TrySetResult();
                return;
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end broke: so does the other, as a network does it.
            Reset();
        }
    }

    /// <summary>At the proxy's pace: a twentieth of a second's bytes at a time.</summary>
    async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var pace = proxy.BytesPerSecond;
            var sent = await to.SendAsync(pace is { } limit ? bytes[..Math.Min(bytes.Length, Math.Max(1, limit / 20))] : bytes, cancellationToken);
            if (pace is { } perSecond) await Task.Delay(TimeSpan.FromSeconds((double)sent / perSecond), cancellationToken);
            bytes = bytes[sent..];
        }
    }
}
