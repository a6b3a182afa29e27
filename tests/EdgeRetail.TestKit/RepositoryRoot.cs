namespace EdgeRetail.TestKit;

/// <summary>The folder of the solution, found upwards from where the tests run.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>Where builds go: bin, publish, bench results.</summary>
    public static string Artifacts { get; } = System.IO.Path.Combine(Path, "artifacts");

    /// <summary>"debug" or "release": how the running assembly was built, and so which builds of the others belong to it.</summary>
    public static string Configuration { get; } =
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)) is "release" ? "release" : "debug";

    /// <summary>What the build made of a project, e.g. <c>Output("EdgeRetail.DeviceCli", "edgeretail")</c>.</summary>
    public static string Output(string project, string file) => System.IO.Path.Combine(Artifacts, "bin", project, Configuration, file);

    /// <summary>What ./build.sh publish made for a machine, e.g. <c>Published("linux-arm64", "edgeretail")</c>; it may not be there.</summary>
    public static string Published(string runtime, string program) => System.IO.Path.Combine(Artifacts, "publish", runtime, program, program);

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "EdgeRetail.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No EdgeRetail.sln above {AppContext.BaseDirectory}");
        return folder.FullName;
    }
}
