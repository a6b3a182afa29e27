namespace EdgeRetail.Kiosk.Guard;

/// <summary>Marks a connection that came in on the Unix socket.</summary>
sealed class SocketConnection
{
    public static readonly SocketConnection Instance = new();
}
