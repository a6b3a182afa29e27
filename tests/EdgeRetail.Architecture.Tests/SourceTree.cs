using EdgeRetail.TestKit;

namespace EdgeRetail.Architecture.Tests;

/// <summary>The files people wrote: no build output, no packages.</summary>
static class SourceTree
{
    static readonly string[] NotOurs = ["artifacts", "bin", "obj", "node_modules", ".git", "TestResults"];

    /// <summary>Paths relative to the root, in order.</summary>
    public static IEnumerable<string> Files(params string[] patterns) =>
        Folders(RepositoryRoot.Path)
            .SelectMany(folder => patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)))
            .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, path));

    static IEnumerable<string> Folders(string folder) =>
        Directory.EnumerateDirectories(folder)
            .Where(child => !NotOurs.Contains(Path.GetFileName(child)) && !child.EndsWith("EdgeRetail.Kiosk/wwwroot", StringComparison.Ordinal))
            .SelectMany(Folders)
            .Prepend(folder);
}
