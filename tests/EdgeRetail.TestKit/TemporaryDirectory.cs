namespace EdgeRetail.TestKit;

/// <summary>A folder of its own, gone with its owner. Kept, and named, when EDGERETAIL_TEST_KEEP is set.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    const string SharedMemory = "/dev/shm";

    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("edgeretail-").FullName;

    TemporaryDirectory(string path) => Path = path;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>In memory, where the machine has such a file system: for tests that write thousands of small files.</summary>
    public static TemporaryDirectory InMemory() =>
        Directory.Exists(SharedMemory) ? new(Directory.CreateDirectory(System.IO.Path.Combine(SharedMemory, $"edgeretail-{System.IO.Path.GetRandomFileName()}")).FullName) : new();

    /// <summary>Lets a server under another account enter it.</summary>
    public TemporaryDirectory OpenToAll()
    {
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        return this;
    }

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("EDGERETAIL_TEST_KEEP") is { Length: > 0 })
            TestContext.Progress.WriteLine($"kept {Path}");
        else if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
