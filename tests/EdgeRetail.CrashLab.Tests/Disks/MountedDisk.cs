using System.Diagnostics;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Disks;

/// <summary>A small file system of its own, mounted for one test. Needs root and a kernel that lets it.</summary>
sealed class MountedDisk : IDisposable
{
    readonly TemporaryDirectory folder = new();
    readonly string? device;

    MountedDisk(string? device, string[] mount)
    {
        this.device = device;
        Path = folder["disk"];
        Directory.CreateDirectory(Path);
        if (Run("mount", [.. mount, Path]) is var (code, text) && code == 0) return;
        Detach();
        folder.Dispose();
        Desk.IgnoreExceptInCi($"No file system can be mounted here (it needs root): {text}");
    }

    public string Path { get; }

    public static MountedDisk InMemory(int kilobytes) => new(null, ["-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs"]);

    /// <summary>ext4 on a loop device, as a memory card is set up: after an error it goes read-only.</summary>
    public static MountedDisk Card(string image)
    {
        using (var file = File.Create(image)) file.SetLength(32 << 20);
        if (Run("mkfs.ext4", ["-q", "-F", image]) is var (made, said) && made != 0) Desk.IgnoreExceptInCi($"No ext4 can be made here: {said}");
        var (code, text) = Run("losetup", ["--find", "--show", image]);
        if (code != 0) Desk.IgnoreExceptInCi($"No loop device can be had here (it needs root): {text}");
        return new(text.Trim(), ["-t", "ext4", "-o", "errors=remount-ro", text.Trim()]);
    }

    /// <summary>The kernel finds an error on the medium, and takes the file system read-only.</summary>
    public void Fail()
    {
        var trigger = $"/sys/fs/ext4/{System.IO.Path.GetFileName(device)}/trigger_fs_error";
        if (!File.Exists(trigger)) Desk.IgnoreExceptInCi($"There is no {trigger}");
        File.WriteAllText(trigger, "1");
    }

    /// <summary>Somebody takes the card out, lets it be checked, and puts it back.</summary>
    public void Repair()
    {
        Assert.That(Run("umount", [Path]).Code, Is.Zero);
        Assert.That(Run("fsck.ext4", ["-p", "-f", device!]).Code, Is.LessThan(4));
        Assert.That(Run("mount", ["-t", "ext4", device!, Path]).Code, Is.Zero);
    }

    public void Dispose()
    {
        Run("umount", [Path]);
        Detach();
        folder.Dispose();
    }

    void Detach()
    {
        if (device is not null) Run("losetup", ["--detach", device]);
    }

    static (int Code, string Text) Run(string command, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (127, e.Message);
        }
    }
}
