using System.Text.Json;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// The session keys' file: JSON, mode 0600, written once and whole. Replicas share one file; several that start at once end up
/// with the same keys.
/// </summary>
public static class SessionKeyFile
{
    const string NextStepUnreadable = "Put the right file there. Without any, move this one away and run 'cloud-sync migrate': every device then begins its session anew.";

    const int FormatVersion = 1;
    const int SecretBytes = 32;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads the keys, or makes the first one where there is no file.</summary>
    /// <exception cref="SessionKeyFileException">The file is readable by others, of a newer format, or no key file.</exception>
    public static SessionKeyset LoadOrCreate(string path, SecretSource secrets, TimeProvider clock)
    {
        if (!File.Exists(path)) Create(path, secrets, clock);
        return Load(path);
    }

    /// <exception cref="SessionKeyFileException">The file is missing, readable by others, of a newer format, or no key file.</exception>
    public static SessionKeyset Load(string path)
    {
        if (!File.Exists(path)) throw new SessionKeyFileException("SESSION_KEYS_MISSING", $"There is no session key file {path}.", $"Run 'cloud-sync migrate --key-file {path}', or name the file that the other replicas use.");
        if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0) throw new SessionKeyFileException("SESSION_KEYS_EXPOSED", $"Others may read {path}.", $"Run 'chmod 600 {path}'.");
        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), Json);
            if (content is not { Version: FormatVersion, Keys.Count: > 0 }) throw new SessionKeyFileException("SESSION_KEYS_UNREADABLE", $"{path} is no session key file of format {FormatVersion}.", NextStepUnreadable);
            var keyset = new SessionKeyset(content.Current, content.Keys);
            _ = keyset.Current;
            return keyset;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SessionKeyFileException("SESSION_KEYS_UNREADABLE", $"{path} is no session key file: {e.Message}", NextStepUnreadable);
        }
    }

    static void Create(string path, SecretSource secrets, TimeProvider clock)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var secret = new byte[SecretBytes];
        secrets.Fill(secret);
        // A random id: keys made anew must not pass for those that were lost.
        var id = (byte)secrets.PositiveInt32();
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{secrets.Uuid():N}");
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            JsonSerializer.Serialize(file, new Content(FormatVersion, id, [new(id, secret, clock.GetUtcNow())]), Json);
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another replica was first: its keys are everybody's.
            File.Delete(temporary);
        }
    }

    sealed record Content(int Version, byte Current, IReadOnlyList<SessionKey> Keys);
}
