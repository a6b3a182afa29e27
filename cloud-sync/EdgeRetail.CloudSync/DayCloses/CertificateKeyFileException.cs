namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>The file of the certificate keys cannot be used.</summary>
public sealed class CertificateKeyFileException(string code, string message, string nextStep) : Exception(message)
{
    public string Code => code;

    public string NextStep => nextStep;
}
