using System.Runtime.InteropServices;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Device;

/// <summary>
/// What the lab runs: the executable as a shop gets it, which starts in a tenth of the time, unless the build's own is newer.
/// </summary>
static class LabExecutable
{
    public static string Path { get; } = Choose();

    /// <summary>It is the published one: a sweep of all operations takes minutes with it, and half an hour without.</summary>
    public static bool IsPublished => Path == Published;

    static string Published => RepositoryRoot.Published(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64", "edgeretail");

    static string Choose()
    {
        var built = RepositoryRoot.Output("EdgeRetail.DeviceCli", "edgeretail");
        // The build writes the executable's start-up file once; the assemblies beside it say how new it is.
        var newest = new DirectoryInfo(System.IO.Path.GetDirectoryName(built)!).EnumerateFiles("EdgeRetail.*.dll").Max(file => file.LastWriteTimeUtc);
        return File.Exists(Published) && File.GetLastWriteTimeUtc(Published) >= newest ? Published : built;
    }
}
