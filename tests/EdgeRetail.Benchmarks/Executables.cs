using EdgeRetail.TestKit;

namespace EdgeRetail.Benchmarks;

/// <summary>What is measured: the published executables, as they are installed.</summary>
static class Executables
{
    public static string EdgeRetail { get; } = Published("edgeretail");

    public static string CloudSync { get; } = Published("cloud-sync");

    static string Published(string name)
    {
        var path = Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Artifacts, "publish"), name, SearchOption.AllDirectories)
            .FirstOrDefault(file => file.Contains("linux-x64", StringComparison.Ordinal));
        return path ?? throw new FileNotFoundException($"No published {name} below artifacts/publish: run ./build.sh publish first.");
    }
}
