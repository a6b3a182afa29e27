using System.Diagnostics;
using System.Text.Json;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Network;

/// <summary>
/// A line that carries nothing any more and says nothing of it, for longer than TCP waits. The packets that are lost are those of the
/// agent's own connection, on the loopback of its network: nobody between ends it for the agent, it has to notice by itself.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class SilentLineTests
{
    /// <summary>TCP_USER_TIMEOUT of the agent, and the deadline of an acknowledgement but for what is in flight.</summary>
    static readonly TimeSpan NoticedAfter = TimeSpan.FromSeconds(40);

    /// <summary>So much more time has an acknowledgement for what is in flight: enough for TCP to be the first to know.</summary>
    const int BytesPerSecond = 4 * 1024;

    const int LargeBasketLines = 900;

    /// <summary>For a loaded machine.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>A few calls have failed by then, each after 5 s: the next one comes within seconds.</summary>
    static readonly TimeSpan CatchesUpWithin = TimeSpan.FromSeconds(60);

    [TestCase("", Description = "every packet is lost")]
    [TestCase("meta length > 576", Description = "those of more than 576 bytes are: small ones go through")]
    public async Task A_line_that_dies_without_a_word_is_noticed_within_the_bound_and_caught_up_with(string which)
    {
        await using var network = await NetworkNamespace.MakeAsync();
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync(start: false, launcher: network.Launcher);
        await using var bridge = new NamespaceBridge(network, kiosk.Link.Port);
        await kiosk.StartAsync();
        await Eventually.IsTrue(
            async () => (await kiosk.StatusAsync()).GetProperty("catalogue").GetProperty("products").GetInt64() == Goods.Codes.Count, "the catalogue comes");
        await kiosk.SellAsync(10, new(1));
        await Eventually.IsTrue(async () => await shop.JournalCountAsync() == 10, "sales arrive");

        // Where they come in, so that whoever sends learns nothing.
        await network.BreakAsync($"iifname lo tcp dport {kiosk.Link.Port} {which} drop", $"iifname lo tcp sport {kiosk.Link.Port} {which} drop");
        var silent = Stopwatch.StartNew();
        await kiosk.SellAsync(Basket.Of([.. Enumerable.Range(0, LargeBasketLines).Select(line => new BasketLine(Goods.Codes[line % Goods.Codes.Count]))]));
        var inFlight = kiosk.Ledger.Scalar<long>("SELECT length(bytes) FROM entry ORDER BY position DESC LIMIT 1");
        var noticedWithin = NoticedAfter + TimeSpan.FromSeconds(inFlight / (double)BytesPerSecond) + Slack;
        var before = Sync(await kiosk.StatusAsync());
        Assert.That((before.State, before.Code), Is.EqualTo(("connected", (string?)null)), "nobody has told the agent");

        var sold = 0;
        var noticed = await Eventually.Holds(
            async () =>
            {
                // Customers come all the while.
                if (silent.Elapsed > TimeSpan.FromSeconds(sold)) await kiosk.SellAsync(Basket.Drawn(new(++sold)));
                return Sync(await kiosk.StatusAsync());
            },
            sync => sync.Code is not null,
            "the agent notices that nothing comes through", noticedWithin);
        var took = silent.Elapsed;
        await kiosk.SellAsync(20, new(2));
        TestContext.Progress.WriteLine(
            $"A line that lost {(which == "" ? "everything" : $"what has {which}")}: noticed after {took.TotalSeconds:0.0} s with {inFlight} bytes in flight ({noticed.Code}: {noticed.Message}), {sold} sales meanwhile");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(took, Is.GreaterThan(NoticedAfter - Slack), "not before the line had its time");
            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(10), "nothing came through");
            // Small packets that get through may put TCP's own timeout off; the acknowledgement's deadline is end to end.
            if (which != "") Assert.That(noticed.Code, Is.EqualTo("CLOUD_UNREACHABLE").Or.EqualTo("CLOUD_TIMEOUT"), noticed.Message);
            else
            {
                Assert.That(noticed.Code, Is.EqualTo("CLOUD_UNREACHABLE"), noticed.Message);
                Assert.That(noticed.Message, Does.Contain("timed out"), "TCP's own timeout, of the agent's own connection");
                Assert.That(Sync(await kiosk.StatusAsync()).State, Is.Not.EqualTo("connected"));
            }
        }

        await network.HealAsync();
        var healed = Stopwatch.StartNew();
        await shop.DrainAsync(CatchesUpWithin, byItself: true);
        TestContext.Progress.WriteLine($"All sent {healed.Elapsed.TotalSeconds:0.0} s after the line carried again");
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(shop.History.Confirmed.Count));
        await shop.CheckAsync();
    }

    static (string? State, string? Code, string? Message) Sync(JsonElement status)
    {
        var sync = status.GetProperty("sync");
        return (sync.GetProperty("state").GetString(), Text(sync, "lastErrorCode"), Text(sync, "lastErrorMessage"));
    }

    static string? Text(JsonElement sync, string name) => sync.TryGetProperty(name, out var value) ? value.GetString() : null;
}
