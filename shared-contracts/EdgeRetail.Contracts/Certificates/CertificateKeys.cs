using System.Text.Json;

namespace EdgeRetail.Contracts.Certificates;

/// <summary>The published keys: the one that signs now and all before it, so that old certificates stay verifiable.</summary>
public sealed record CertificateKeys(string Current, IReadOnlyList<CertificateKey> Keys)
{
    public const string Format = "edgeretail certificate keys 1";

    public string ToJson() => JsonSerializer.Serialize(
        new CertificateKeysDocument(Format, Current, [.. Keys.Select(key => new CertificateKeyDocument(key.Id, CertificateKey.Algorithm, key.CreatedAt, key.RetiredAt, key.PublicKey))]),
        CertificateJson.Default.CertificateKeysDocument);

    /// <summary>Reads what <see cref="ToJson"/> writes; null where the text is none, or a key's id is not its own.</summary>
    public static CertificateKeys? TryParse(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, CertificateJson.Default.CertificateKeysDocument) is not { Format: Format } document) return null;
            var keys = document.Keys.Where(key => key.Algorithm == CertificateKey.Algorithm).Select(key => new CertificateKey(key.Id, key.CreatedAt, key.RetiredAt, key.PublicKey)).ToList();
            return keys.TrueForAll(key => key.Id == CertificateKey.IdOf(key.PublicKey)) ? new(document.Current, keys) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
