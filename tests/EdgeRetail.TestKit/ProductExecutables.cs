using System.Runtime.InteropServices;

namespace EdgeRetail.TestKit;

/// <summary>
/// The product's executables as tests run them: the published one, as a shop gets it and starting in a tenth of the time, unless
/// the build's own is newer. <c>./build.sh test</c> publishes both before the tests.
/// </summary>
public static class ProductExecutables
{
    public static string EdgeRetail { get; } = Choose("EdgeRetail.DeviceCli", "edgeretail");

    public static string CloudSync { get; } = Choose("EdgeRetail.CloudSync", "cloud-sync");

    /// <summary>The device's is the published one: what starts it a thousand times takes minutes with it, and half an hour without.</summary>
    public static bool IsEdgeRetailPublished => EdgeRetail == Published("edgeretail");

    static string Published(string name) => RepositoryRoot.Published(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64", name);

    static string Choose(string project, string name)
    {
        var (built, published) = (RepositoryRoot.Output(project, name), Published(name));
        return File.Exists(published) && Assemblies(built).All(assembly => IsNewer(published, assembly)) ? published : built;
    }

    /// <summary>The build writes the executable's start-up file once; the assemblies beside it say how new it is.</summary>
    static IEnumerable<FileInfo> Assemblies(string built) =>
        new DirectoryInfo(Path.GetDirectoryName(built)!).EnumerateFiles("*.dll").Where(file => file.Name.StartsWith("EdgeRetail.", StringComparison.Ordinal) || file.Name == Path.GetFileName(built) + ".dll");

    /// <summary>One file compiled from all assemblies, or one beside it for each.</summary>
    static bool IsNewer(string published, FileInfo assembly)
    {
        var counterpart = Path.Combine(Path.GetDirectoryName(published)!, assembly.Name);
        return File.GetLastWriteTimeUtc(File.Exists(counterpart) ? counterpart : published) >= assembly.LastWriteTimeUtc;
    }
}
