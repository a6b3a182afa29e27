using System.Security.Cryptography;
using System.Text;

namespace EdgeRetail.DevPostgres;

/// <summary>
/// Whom the server runs as. PostgreSQL refuses root, so root runs it as <c>nobody</c>; everybody else runs it as themselves.
/// </summary>
sealed class ServerAccount
{
    public static ServerAccount Current { get; } = new(Environment.IsPrivilegedProcess);

    readonly bool isRoot;
    readonly uint user = uint.MaxValue;
    readonly uint group = uint.MaxValue;

    ServerAccount(bool isRoot)
    {
        this.isRoot = isRoot;
        if (!isRoot) return;
        var nobody = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == "nobody");
        (user, group) = (uint.Parse(nobody[2]), uint.Parse(nobody[3]));
    }

    public Task<CommandResult> RunAsync(string executable, IReadOnlyList<string> arguments, CancellationToken cancellationToken) => isRoot
        ? Command.RunAsync("setpriv", [$"--reuid={user}", $"--regid={group}", "--clear-groups", "--", executable, .. arguments], cancellationToken)
        : Command.RunAsync(executable, arguments, cancellationToken);

    public void Give(string path)
    {
        if (isRoot && NativeMethods.ChangeOwner(path, user, group) != 0) throw new IOException($"Cannot give {path} to the account nobody.");
    }

    /// <summary>The path itself where this account can enter its folders, else one derived from it under <paramref name="common"/>.</summary>
    public string Reachable(string path, string common)
    {
        var full = Path.GetFullPath(path);
        return !isRoot || Ancestors(full).All(CanBeEntered) ? full : common;
    }

    /// <summary>A name for a home that had to move, the same at every start.</summary>
    public static string NameOf(string home)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(home)));
        return $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(home))}-{Convert.ToHexStringLower(hash)[..8]}";
    }

    /// <summary>Makes a folder which this account can enter, whatever the umask.</summary>
    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        if (Path.GetDirectoryName(path) is { } parent) CreateDirectory(parent);
        Directory.CreateDirectory(path);
        if (isRoot) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    static bool CanBeEntered(string folder) => !Directory.Exists(folder) || File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute);

    static IEnumerable<string> Ancestors(string path)
    {
        for (var at = path; at is not null; at = Path.GetDirectoryName(at)) yield return at;
    }
}
