namespace EdgeRetail.Contracts.Certificates;

/// <summary>What verifying a certificate came to.</summary>
public abstract record CertificateReading
{
    CertificateReading()
    {
    }

    /// <summary>The statement was signed with a published key.</summary>
    public sealed record Holds(CertifiedDay Statement) : CertificateReading;

    /// <summary>It certifies nothing.</summary>
    public sealed record Refused(string Code, string Message, string NextStep) : CertificateReading;
}
