using System.Text.Json;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.Contracts.Certificates;

/// <summary>
/// A certificate as a file, and whether it holds: by the file and the published keys alone, with no network and no database.
/// Only bytes that were signed are believed.
/// </summary>
public static class DayCertificateFile
{
    public const string Format = "edgeretail day certificate 1";

    /// <summary>Replicas read the key file anew within this time after a rotation.</summary>
    public static readonly TimeSpan RotationGrace = TimeSpan.FromMinutes(5);

    public static string Write(DayCertificate certificate) => JsonSerializer.Serialize(
        new CertificateDocument(Format, certificate.KeyId, certificate.Statement.ToArray(), certificate.Signature.ToArray()), CertificateJson.Default.CertificateDocument);

    /// <summary>What the file certifies, or why it certifies nothing.</summary>
    public static CertificateReading Verify(string certificate, string keys)
    {
        if (CertificateKeys.TryParse(keys) is not { } published)
            return new CertificateReading.Refused("CERTIFICATE_KEYS_UNREADABLE", "The file of keys is none that the cloud published.", "Get it again: 'cloud-sync certificate-key export', or GET /api/v1/certificate-keys.");
        CertificateDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(certificate, CertificateJson.Default.CertificateDocument);
        }
        catch (JsonException)
        {
            document = null;
        }

        return document is not { Format: Format } ? Unreadable("The file is no certificate.") : Verify(document.KeyId, document.Statement, document.Signature, published);
    }

    static CertificateReading Verify(string keyId, byte[] bytes, byte[] signature, CertificateKeys published)
    {
        if (published.Keys.FirstOrDefault(key => key.Id == keyId) is not { } key)
            return new CertificateReading.Refused("CERTIFICATE_KEY_UNKNOWN", $"It is signed with key {keyId}, which is not among the published ones.", "Get the keys of the cloud that issued it, as of now.");
        if (!key.Signed(bytes, signature))
            return new CertificateReading.Refused("CERTIFICATE_TAMPERED", $"Key {keyId} did not sign what the file says: it was changed, or forged.", "Get the certificate again from the cloud, and ask who had this file.");
        CertifiedDay statement;
        try
        {
            statement = DayWire.ReadStatement(bytes);
        }
        catch (FormatException e)
        {
            return Unreadable($"The signed statement cannot be read: {e.Message}");
        }

        if (statement.KeyId != keyId) return Unreadable("The signed statement names another key.");
        return key.RetiredAt is { } retired && statement.IssuedAt > retired + RotationGrace
            ? new CertificateReading.Refused("CERTIFICATE_KEY_RETIRED", $"It says that it was issued at {statement.IssuedAt:u}, after key {keyId} was retired at {retired:u}.", "Nobody should have that key any more: ask the operators of the cloud.")
            : new CertificateReading.Holds(statement);
    }

    static CertificateReading.Refused Unreadable(string why) => new("CERTIFICATE_UNREADABLE", why, "Give the file that 'edgeretail day certificate' or the cloud wrote.");
}
