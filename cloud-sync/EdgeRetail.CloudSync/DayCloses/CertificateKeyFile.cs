using System.Security.Cryptography;
using System.Text.Json;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.Contracts.Certificates;

namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>
/// The certificate keys' file: JSON, mode 0600, outside the database, written whole or not at all. Replicas share one file and
/// read it anew when it changes. A key is made by command alone: one that a replica made by itself would be no other's.
/// </summary>
public static class CertificateKeyFile
{
    const string NextStepUnreadable = "Put the right file there. Without any, move this one away, run 'cloud-sync certificate-key init' and publish the keys anew.";

    const int FormatVersion = 1;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="CertificateKeyFileException">The file is missing, readable by others, of a newer format, or no key file.</exception>
    public static SigningKeyset Load(string path)
    {
        if (!File.Exists(path)) throw Missing(path);
        if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0) throw new CertificateKeyFileException("CERTIFICATE_KEYS_EXPOSED", $"Others may read {path}.", $"Run 'chmod 600 {path}', and 'cloud-sync certificate-key rotate' if somebody may have read it.");
        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), Json);
            if (content is not { Version: FormatVersion, Keys.Count: > 0 }) throw new CertificateKeyFileException("CERTIFICATE_KEYS_UNREADABLE", $"{path} is no certificate key file of format {FormatVersion}.", NextStepUnreadable);
            var keyset = new SigningKeyset(content.Current, content.Keys);
            _ = keyset.Current;
            return keyset;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CertificateKeyFileException("CERTIFICATE_KEYS_UNREADABLE", $"{path} is no certificate key file: {e.Message}", NextStepUnreadable);
        }
    }

    /// <summary>Makes the first key.</summary>
    /// <exception cref="CertificateKeyFileException">There is a file already.</exception>
    public static SigningKeyset Init(string path, SecretSource secrets, TimeProvider clock)
    {
        var key = NewKey(clock);
        var keyset = new SigningKeyset(key.Id, [key]);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = WriteTemporary(path, keyset, secrets);
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            throw new CertificateKeyFileException("CERTIFICATE_KEYS_EXIST", $"There are certificate keys in {path} already.", "To sign with a new key from now on: 'cloud-sync certificate-key rotate'.");
        }

        return keyset;
    }

    /// <summary>Makes a new key the one that signs. The one before keeps its public part only.</summary>
    /// <exception cref="CertificateKeyFileException">As for <see cref="Load"/>, or somebody else rotates at this moment.</exception>
    public static SigningKeyset Rotate(string path, SecretSource secrets, TimeProvider clock)
    {
        if (!File.Exists(path)) throw Missing(path);
        using var held = Hold(path);
        var before = Load(path);
        var now = clock.GetUtcNow();
        var key = NewKey(clock);
        var after = new SigningKeyset(key.Id, [.. before.Keys.Select(old => old.PrivateKey is null ? old : old with { PrivateKey = null, RetiredAt = now }), key]);
        File.Move(WriteTemporary(path, after, secrets), path, overwrite: true);
        return after;
    }

    static CertificateKeyFileException Missing(string path) =>
        new("CERTIFICATE_KEYS_MISSING", $"There is no certificate key file {path}.", $"Run 'cloud-sync certificate-key init --certificate-key-file {path}', or name the file that the other replicas use.");

    static FileStream Hold(string path)
    {
        try
        {
            return new(path + ".lock", new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerOnly });
        }
        catch (IOException e)
        {
            throw new CertificateKeyFileException("CERTIFICATE_KEYS_BUSY", $"Somebody else changes {path} at this moment: {e.Message}", "Look with 'cloud-sync certificate-key list' whether the key was rotated already.");
        }
    }

    static SigningKey NewKey(TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var published = key.ExportSubjectPublicKeyInfo();
        return new(CertificateKey.IdOf(published), clock.GetUtcNow(), null, published, key.ExportPkcs8PrivateKey());
    }

    static string WriteTemporary(string path, SigningKeyset keyset, SecretSource secrets)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{secrets.Uuid():N}");
        using var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        JsonSerializer.Serialize(file, new Content(FormatVersion, keyset.CurrentId, keyset.Keys), Json);
        file.Flush(flushToDisk: true);
        return temporary;
    }

    sealed record Content(int Version, string Current, IReadOnlyList<SigningKey> Keys);
}
