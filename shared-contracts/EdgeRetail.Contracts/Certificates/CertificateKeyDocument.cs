namespace EdgeRetail.Contracts.Certificates;

/// <summary>One key in the file of published keys; the key itself is SubjectPublicKeyInfo in base 64.</summary>
public sealed record CertificateKeyDocument(string Id, string Algorithm, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, byte[] PublicKey);
