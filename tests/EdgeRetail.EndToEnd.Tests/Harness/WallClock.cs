using System.Buffers.Binary;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>The clocks of a device, set to any time while its processes run: a preloaded library of a few lines of C.</summary>
sealed class WallClock
{
    readonly string file;

    WallClock(string file, string library)
    {
        this.file = file;
        Environment = new Dictionary<string, string?> { ["LD_PRELOAD"] = library, ["EDGERETAIL_WALL_CLOCK"] = file };
        Write(TimeSpan.Zero, TimeSpan.Zero);
    }

    /// <summary>For the processes that shall live by it.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    public static async Task<WallClock> MakeAsync(string folder)
    {
        var compiler = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .SelectMany(path => (string[])[Path.Combine(path, "cc"), Path.Combine(path, "clang")])
            .FirstOrDefault(File.Exists);
        if (compiler is null) Desk.IgnoreExceptInCi("There is no C compiler: apt-get install clang");
        var library = Path.Combine(folder, "wallclock.so");
        var source = Path.Combine(RepositoryRoot.Path, "tests", "EdgeRetail.EndToEnd.Tests", "Harness", "wallclock.c");
        await using var build = await ProductProcess.RunAsync(compiler!, ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]);
        Assert.That(await build.ExitAsync(), Is.Zero, build.Transcript());
        return new(Path.Combine(folder, "wallclock.offset"), library);
    }

    /// <summary>The wall clock alone, as when somebody sets it.</summary>
    public void Set(TimeSpan offset) => Write(offset, TimeSpan.Zero);

    /// <summary>
    /// So much time has passed, by the wall clock and since the boot; timers know nothing of it. Further each time, or time
    /// would go back.
    /// </summary>
    public void Pass(TimeSpan time) => Write(time, time);

    void Write(TimeSpan wall, TimeSpan sinceBoot)
    {
        var bytes = new byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)wall.TotalMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), (long)sinceBoot.TotalMilliseconds);
        // In place: the processes have the file mapped.
        using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(bytes);
    }
}
