using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>
/// What started the agent as a service and wants to hear how it is: systemd with Type=notify, by datagrams to NOTIFY_SOCKET.
/// Without one nothing is said. That it cannot be told is no reason not to sell.
/// </summary>
sealed class Supervisor : IDisposable
{
    readonly Socket? socket;

    Supervisor(Socket? socket, TimeSpan? watchdogInterval)
    {
        this.socket = socket;
        WatchdogInterval = watchdogInterval;
    }

    /// <summary>How often it wants to hear that the agent is alive; null where it does not.</summary>
    public TimeSpan? WatchdogInterval { get; }

    public static Supervisor Of(Func<string, string?> environment)
    {
        if (environment("NOTIFY_SOCKET") is not { Length: > 1 } address) return new(null, null);
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // An @ stands for the null byte that begins an abstract name.
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
        }
        catch (SocketException)
        {
            socket.Dispose();
            return new(null, null);
        }

        return new(socket, Interval(environment));
    }

    public void Ready() => Say("READY=1");

    public void Alive() => Say("WATCHDOG=1");

    public void Stopping() => Say("STOPPING=1");

    public void Dispose() => socket?.Dispose();

    /// <summary>Half of the time after which it acts, as sd_watchdog_enabled(3) has it. It may be meant for another process.</summary>
    static TimeSpan? Interval(Func<string, string?> environment)
    {
        if (environment("WATCHDOG_PID") is { Length: > 0 } pid && pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) return null;
        return long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0 ? TimeSpan.FromMicroseconds(microseconds) / 2 : null;
    }

    void Say(string state)
    {
        try
        {
            socket?.Send(Encoding.ASCII.GetBytes(state));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It went away, or this process is going.
        }
    }
}
