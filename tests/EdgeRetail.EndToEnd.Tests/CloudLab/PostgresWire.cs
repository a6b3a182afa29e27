using System.Net;
using System.Net.Sockets;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>
/// The line between a replica and its PostgreSQL, forwarded message by message, so that a test can break it, or kill the
/// replica, exactly before or after a commit. The product knows nothing of it.
/// </summary>
sealed class PostgresWire : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly CancellationTokenSource stopping = new();
    readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly HashSet<PostgresLine> lines = [];
    readonly int targetPort;
    Shot? armed;
    string? refusal;

    public PostgresWire(int targetPort)
    {
        this.targetPort = targetPort;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>
    /// The next time the moment comes, <paramref name="act"/> runs while the line stands still; then the line is cut. The task
    /// ends when that has happened. One failpoint at a time.
    /// </summary>
    public Task Arm(Failpoint point, Func<Task>? act = null)
    {
        var shot = new Shot(point, act ?? (() => Task.CompletedTask));
        lock (gate) armed = shot;
        return shot.Fired.Task;
    }

    /// <summary>Whoever connects is turned away with this SQLSTATE, as a server without a free place does it; null lets in again.</summary>
    public void RefuseLogins(string? sqlState) => Volatile.Write(ref refusal, sqlState);

    public void Cut()
    {
        PostgresLine[] open;
        lock (gate) open = [.. lines];
        foreach (var line in open) line.Reset();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        Cut();
    }

    internal string? Refusal => Volatile.Read(ref refusal);

    /// <summary>The shot, if this is its moment: then it is this line's to fire.</summary>
    internal Shot? Take(DatabaseWork work, CommitSide side)
    {
        lock (gate)
        {
            if (armed is null || armed.Point.Work != work || armed.Point.Side != side) return null;
            var taken = armed;
            armed = null;
            return taken;
        }
    }

    /// <summary>The commit that was waited for failed: the next one will do.</summary>
    internal void GiveBack(Shot shot)
    {
        lock (gate) armed ??= shot;
    }

    internal void Forget(PostgresLine line)
    {
        lock (gate) lines.Remove(line);
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ForwardAsync(await listener.AcceptAsync(stopping.Token));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Disposed.
        }
    }

    async Task ForwardAsync(Socket near)
    {
        near.NoDelay = true;
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var line = new PostgresLine(this, near, far);
        lock (gate) lines.Add(line);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, targetPort, stopping.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            line.Reset();
            return;
        }

        await line.RunAsync(stopping.Token);
    }

    /// <summary>A failpoint that waits for its moment, and what to do then.</summary>
    internal sealed record Shot(Failpoint Point, Func<Task> Act)
    {
        public TaskCompletionSource Fired { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
