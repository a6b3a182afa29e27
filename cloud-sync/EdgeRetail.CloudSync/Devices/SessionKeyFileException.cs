namespace EdgeRetail.CloudSync.Devices;

/// <summary>The session key file cannot be used; the message says what to do.</summary>
public sealed class SessionKeyFileException(string code, string message) : Exception(message)
{
    public string Code => code;
}
