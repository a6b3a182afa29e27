using System.Runtime.InteropServices;
using EdgeRetail.TestKit;

namespace EdgeRetail.Benchmarks;

/// <summary>What is measured: the published executables, as they are installed.</summary>
static class Executables
{
    public static string EdgeRetail { get; } = Published("edgeretail");

    public static string CloudSync { get; } = Published("cloud-sync");

    /// <summary>As build.cake names it.</summary>
    static string Runtime => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    static string Published(string name)
    {
        var path = Path.Combine(RepositoryRoot.Artifacts, "publish", Runtime, name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no {path}: run ./build.sh publish first.");
    }
}
