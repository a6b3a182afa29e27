using EdgeRetail.Contracts.Certificates;

namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>A key as its file keeps it. The private part, PKCS #8, is there only while it signs: a rotation takes it away for good.</summary>
public sealed record SigningKey(string Id, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, byte[] PublicKey, byte[]? PrivateKey)
{
    /// <summary>What everybody may know of it.</summary>
    public CertificateKey ToPublished() => new(Id, CreatedAt, RetiredAt, PublicKey);
}
