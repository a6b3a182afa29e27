namespace EdgeRetail.Contracts.Certificates;

/// <summary>The file of a certificate; statement and signature in base 64.</summary>
public sealed record CertificateDocument(string Format, string KeyId, byte[] Statement, byte[] Signature);
