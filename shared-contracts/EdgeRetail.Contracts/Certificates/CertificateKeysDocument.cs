namespace EdgeRetail.Contracts.Certificates;

/// <summary>The file of published keys.</summary>
public sealed record CertificateKeysDocument(string Format, string Current, IReadOnlyList<CertificateKeyDocument> Keys);
