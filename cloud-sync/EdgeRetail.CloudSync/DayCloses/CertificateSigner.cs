using System.Security.Cryptography;
using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>Signs statements with the key that the file names now. Without a usable file nothing is signed, and it says why.</summary>
public sealed partial class CertificateSigner(CertificateKeyPlace place, ILogger<CertificateSigner> logger)
{
    readonly Lock gate = new();
    SigningKeyset? keys;
    DateTime readOf;
    string said = "";

    /// <summary>The keys as they are now; null where there are none that can be used.</summary>
    public SigningKeyset? Keys()
    {
        if (place.Path is not { } path) return null;
        lock (gate)
        {
            try
            {
                var written = File.GetLastWriteTimeUtc(path);
                if (keys is null || written != readOf || !File.Exists(path)) (keys, readOf) = (CertificateKeyFile.Load(path), written);
                said = "";
            }
            catch (Exception e) when (e is CertificateKeyFileException or IOException or UnauthorizedAccessException)
            {
                keys = null;
                if (said != e.Message) LogNoKey(e.Message);
                said = e.Message;
            }

            return keys;
        }
    }

    /// <summary>Signs the statement's bytes with the current key, which the statement then names.</summary>
    public static DayCertificate Sign(SigningKeyset keys, CertifiedDay day)
    {
        var current = keys.Current;
        var bytes = DayWire.WriteStatement(day with { KeyId = current.Id });
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(current.PrivateKey, out _);
        return new(bytes, current.Id, key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [LoggerMessage(EventId = 7101, Level = LogLevel.Warning, Message = "Closed days are compared and not certified, because there is no key to sign with: {Reason}")]
    partial void LogNoKey(string reason);
}
