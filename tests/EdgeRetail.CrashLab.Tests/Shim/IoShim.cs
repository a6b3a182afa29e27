using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Shim;

/// <summary>The library that stands between the product and its files, made of <c>ioshim.c</c> by this machine's C compiler.</summary>
static class IoShim
{
    static readonly TemporaryDirectory Folder = new();

    /// <summary>Once, also when it fails: then every test that needs it fails for the same reason.</summary>
    static readonly Lazy<Task<string>> Library = new(MakeAsync);

    /// <summary>For a process whose files below the directory are seen; what it does is appended to the recording.</summary>
    public static async Task<Dictionary<string, string?>> EnvironmentAsync(string directory, string? recording, IoFault? fault = null, TimeSpan syncDelay = default, IoStall? stall = null)
    {
        var environment = new Dictionary<string, string?>
        {
            ["LD_PRELOAD"] = await Library.Value,
            ["EDGERETAIL_IO_DIR"] = directory,
            ["EDGERETAIL_IO_LOG"] = recording,
        };
        if (syncDelay > TimeSpan.Zero) environment["EDGERETAIL_IO_SYNC_MS"] = $"{(long)syncDelay.TotalMilliseconds}";
        if (stall is not null) environment[stall.Environment.Name] = stall.Environment.Value;
        if (fault is not null)
            foreach (var (name, value) in fault.Environment) environment[name] = value;
        return environment;
    }

    public static void Delete() => Folder.Dispose();

    static async Task<string> MakeAsync()
    {
        var compiler = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .SelectMany(path => (string[])[Path.Combine(path, "cc"), Path.Combine(path, "clang"), Path.Combine(path, "gcc")])
            .FirstOrDefault(File.Exists);
        if (compiler is null) Desk.IgnoreExceptInCi("There is no C compiler: apt-get install clang");
        var library = Folder["ioshim.so"];
        var source = Path.Combine(RepositoryRoot.Path, "tests", "EdgeRetail.CrashLab.Tests", "Shim", "ioshim.c");
        await using var build = await ProductProcess.RunAsync(compiler!, ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source, "-ldl"]);
        Assert.That(await build.ExitAsync(), Is.Zero, build.Transcript());
        return library;
    }
}
