using System.Runtime.InteropServices;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Arm64;

/// <summary>The executable that goes onto a Raspberry Pi, as it is published; on another machine under qemu.</summary>
public sealed class Arm64Tests
{
    static readonly string Executable = Path.Combine(RepositoryRoot.Artifacts, "publish", "linux-arm64", "edgeretail", "edgeretail");

    [Test]
    public async Task The_published_arm64_executable_sells_and_syncs()
    {
        var launcher = Launcher();
        if (!File.Exists(Executable)) Desk.IgnoreExceptInCi($"{Executable} is not there: ./build.sh publish makes it.");

        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync(start: false, executable: Executable, launcher: launcher);
        (await kiosk.RunAsync("status")).AssertOk();

        // One-shot commands first: a sync for the catalogue, a sale, a sync that brings it up.
        (await kiosk.RunAsync("sync")).AssertOk();
        var sold = (await kiosk.RunAsync("sell", Goods.Codes[0])).AssertOk();
        (await kiosk.RunAsync("sync")).AssertOk();
        Assert.That(await shop.LongAsync("select count(*) from journal where entry_id = $1", sold.Json.GetProperty("entryId").GetGuid()), Is.EqualTo(1));

        // Then the agent itself, cut off in the middle.
        await kiosk.StartAsync();
        await kiosk.SellAsync(5, new(1));
        kiosk.Link.Refuse();
        await kiosk.SellAsync(5, new(2));
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(11));
    }

    /// <summary>What runs arm64 code here: nothing on arm64 itself, else qemu with the arm64 libraries of Debian.</summary>
    static IReadOnlyList<string> Launcher()
    {
        if (RuntimeInformation.OSArchitecture == Architecture.Arm64) return [];
        var qemu = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .SelectMany(folder => (string[])[Path.Combine(folder, "qemu-aarch64"), Path.Combine(folder, "qemu-aarch64-static")])
            .FirstOrDefault(File.Exists);
        if (qemu is null) Desk.IgnoreExceptInCi("qemu-aarch64 is not installed: apt-get install qemu-user");
        if (!File.Exists("/usr/lib/aarch64-linux-gnu/libssl.so.3"))
            Desk.IgnoreExceptInCi("The arm64 libraries are missing: dpkg --add-architecture arm64; apt-get update; apt-get install libc6:arm64 libssl3:arm64");
        return [qemu!];
    }
}
