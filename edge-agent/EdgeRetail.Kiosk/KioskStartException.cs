namespace EdgeRetail.Kiosk;

/// <summary>The kiosk cannot listen where it was told to.</summary>
public sealed class KioskStartException(string code, string message, string nextStep, Exception? innerException = null) : Exception(message, innerException)
{
    public const string PortInUse = "KIOSK_PORT_IN_USE";
    public const string PortRefused = "KIOSK_PORT_REFUSED";
    public const string SocketRefused = "SOCKET_REFUSED";

    public string Code => code;

    public string NextStep => nextStep;
}
