using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Network;

/// <summary>The device knows its cloud by name, and who should know what the name means is away. The agent has a file of names of its own.</summary>
public sealed class NameServiceTests
{
    const string Known = "127.0.0.1 localhost\n";
    const string Unknown = "127.0.0.1 another-name\n";

    [Test]
    public async Task A_name_that_does_not_resolve_is_said_and_the_cloud_is_found_when_it_does()
    {
        await using var shop = await Shop.OpenAsync();
        var names = await NamesAsync(shop, Unknown);
        var kiosk = await shop.AddKioskAsync(start: false, launcher: names.Launcher, byName: true);
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(5);
        var sync = await Eventually.Holds(
            async () => (await kiosk.StatusAsync()).GetProperty("sync"), sync => sync.GetProperty("lastErrorCode").GetString() == "CLOUD_NAME_UNRESOLVED", "the device says that it is the name");
        Assert.That(sync.GetProperty("lastErrorMessage").GetString(), Does.Contain("The name localhost cannot be resolved"));

        await File.WriteAllTextAsync(names.File, Known);
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task A_kiosk_that_starts_while_names_do_not_resolve_finds_its_cloud_where_it_last_was()
    {
        await using var shop = await Shop.OpenAsync();
        var names = await NamesAsync(shop, Known);
        var kiosk = await shop.AddKioskAsync(launcher: names.Launcher, byName: true);
        await kiosk.StopAsync();
        await File.WriteAllTextAsync(names.File, Unknown);
        await kiosk.StartAsync();
        await kiosk.SellAsync(5, new(1));
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
        Assert.That((await kiosk.StatusAsync()).GetProperty("sync").GetProperty("lastErrorCode").GetString(), Is.Not.EqualTo("CLOUD_NAME_UNRESOLVED"));
    }

    /// <summary>A file that stands over the machine's own for whatever is started behind the launcher, and can be written meanwhile.</summary>
    static async Task<(string File, IReadOnlyList<string> Launcher)> NamesAsync(Shop shop, string text)
    {
        var (hosts, order) = (shop["hosts"], shop["nsswitch.conf"]);
        await File.WriteAllTextAsync(hosts, text);
        await File.WriteAllTextAsync(order, "hosts: files\n");
        IReadOnlyList<string> launcher = ["unshare", "--mount", "sh", "-c", $"mount --bind {hosts} /etc/hosts && mount --bind {order} /etc/nsswitch.conf && exec \"$@\"", "sh"];
        await using var tried = await ProductProcess.RunAsync(launcher[0], [.. launcher.Skip(1), "true"]);
        if (await tried.ExitAsync() != 0) Desk.IgnoreExceptInCi($"No mount namespace can be made here (it needs root): {string.Join(' ', tried.Errors)}");
        return (hosts, launcher);
    }
}
