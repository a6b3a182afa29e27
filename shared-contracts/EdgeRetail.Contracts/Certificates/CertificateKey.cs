using System.Security.Cryptography;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Certificates;

/// <summary>The public part of a key that certificates are signed with: P-256, as SubjectPublicKeyInfo. Its id follows from it.</summary>
public sealed record CertificateKey(string Id, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, byte[] PublicKey)
{
    public const string Algorithm = "ECDSA-P256-SHA256";

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of the key.</summary>
    public static string IdOf(ReadOnlySpan<byte> publicKey) => Hash256.Of(publicKey).ToString()[..16];

    /// <summary>Whether the key signed exactly these bytes.</summary>
    public bool Signed(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(PublicKey, out _);
            return key.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
