namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>Where the certificate keys are kept; null: nowhere, and nothing is signed.</summary>
public sealed record CertificateKeyPlace(string? Path);
