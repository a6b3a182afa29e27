namespace EdgeRetail.CloudSync.Devices;

/// <summary>The session key file cannot be used.</summary>
public sealed class SessionKeyFileException(string code, string message, string nextStep) : Exception(message)
{
    public string Code => code;

    public string NextStep => nextStep;
}
