using System.Diagnostics;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Hangs;

/// <summary>
/// A real agent that hangs: as a whole, or the loop alone that syncs. Its supervisor must not be told that all is well, and what
/// was sold must be sold once, whether it comes round by itself or is ended and started again.
/// </summary>
public sealed class HangingAgentTests
{
    static readonly TimeSpan BeyondTheLoopsPatience = TimeSpan.FromMinutes(6);
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    Shop shop = null!;
    NotifySocket supervisor = null!;

    [SetUp]
    public async Task Open()
    {
        supervisor = new();
        shop = await Shop.OpenAsync();
    }

    [TearDown]
    public async Task Close()
    {
        await shop.DisposeAsync();
        supervisor.Dispose();
    }

    [Test]
    public async Task A_sync_that_hangs_is_named_sells_on_is_not_called_alive_and_catches_up_when_it_comes_round()
    {
        var clock = await WallClock.MakeAsync(shop.Folder);
        var kiosk = await WatchedKioskAsync(clock);
        await kiosk.SellAsync(5, new(1));
        await shop.DrainAsync(byItself: true);
        Assert.That(await WarningsAsync(kiosk), Does.Not.Contain("SYNC_HANGS"));

        // Whoever opens a pipe waits for its other end: so does the next call, which reads the device's token.
        var token = Path.Combine(kiosk.Folder, "device.token");
        var (kept, pipe) = (token + ".kept", token + ".pipe");
        await using (var made = await ProductProcess.RunAsync("mkfifo", ["-m", "600", pipe])) Assert.That(await made.ExitAsync(), Is.Zero, made.Transcript());
        File.Copy(token, kept);
        File.Move(pipe, token, overwrite: true);
        kiosk.Link.Cut();
        // From here on it stands in the opening of the pipe, or right before it.
        await Eventually.IsTrue(async () => State(await kiosk.StatusAsync()) == "connecting", "the next call begins");
        await kiosk.SellAsync(5, new(2));
        clock.Pass(BeyondTheLoopsPatience);
        await kiosk.Process.LineAsync("does not come round");
        var unheard = Stopwatch.StartNew();
        var warnings = await WarningsAsync(kiosk);
        await kiosk.SellAsync(20, new(3));
        await Task.Delay(Silence);
        var status = await kiosk.StatusAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(warnings, Does.Contain("SYNC_HANGS"));
            Assert.That(State(status), Is.EqualTo("connecting"), "it still hangs");
            Assert.That(status.GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(25), "what was sold meanwhile waits");
        }

        var silence = unheard.Elapsed;
        File.Move(token, pipe);
        File.Move(kept, token);
        await using (var answer = await ProductProcess.RunAsync("sh", ["-c", $"cat '{token}' > '{pipe}'"])) Assert.That(await answer.ExitAsync(), Is.Zero, answer.Transcript());
        await shop.DrainAsync(byItself: true);
        var told = supervisor.Told.Count;
        await Eventually.IsTrue(() => supervisor.Told.Count > told, "the supervisor hears again that the agent is alive");
        Assert.That(supervisor.LongestPause("WATCHDOG=1"), Is.AtLeast(silence), "while the loop hung it heard nothing");
        Assert.That(await WarningsAsync(kiosk), Does.Not.Contain("SYNC_HANGS"));
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(shop.History.Confirmed.Count));
        await shop.CheckAsync();
    }

    [Test]
    public async Task An_agent_that_stands_still_as_a_whole_goes_on_where_it_stood_or_is_started_again([Values] bool comesRound)
    {
        var kiosk = await WatchedKioskAsync();
        await kiosk.SellAsync(5, new(1));
        await Eventually.IsTrue(() => supervisor.Told.Count(state => state == "WATCHDOG=1") > 3, "the supervisor hears that the agent is alive");

        kiosk.Process.Signal(ProcessSignal.Stop);
        await Eventually.IsTrue(() => UnixProcess.IsStopped(kiosk.Process.Pid), "it stands still");
        var unheard = Stopwatch.StartNew();
        var basket = Basket.Drawn(new(2));
        var sale = TryAsync(kiosk, basket);
        await Task.Delay(Silence);
        Assert.That(sale.IsCompleted, Is.False, "nothing is confirmed that was not recorded");
        var silence = unheard.Elapsed;
        if (comesRound)
        {
            kiosk.Process.Signal(ProcessSignal.Continue);
            Assert.That((await sale)?.Replayed, Is.False, "the sale that waited is confirmed");
        }
        else
        {
            // What systemd does to a service whose watchdog was not told.
            await kiosk.KillAsync();
            await sale;
            await kiosk.StartAsync();
            await kiosk.SellAsync(basket);
        }

        var told = supervisor.Told.Count;
        await Eventually.IsTrue(() => supervisor.Told.Count > told, "the supervisor hears again that the agent is alive");
        Assert.That(supervisor.LongestPause("WATCHDOG=1"), Is.AtLeast(silence));
        await kiosk.SellAsync(5, new(3));
        await shop.DrainAsync(byItself: true);
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(11));
        await shop.CheckAsync();
    }

    /// <summary>With a supervisor that wants to hear from it ten times a second.</summary>
    async Task<Kiosk> WatchedKioskAsync(WallClock? clock = null)
    {
        var kiosk = await shop.AddKioskAsync(start: false, clock: clock);
        kiosk.Environment["NOTIFY_SOCKET"] = supervisor.Path;
        kiosk.Environment["WATCHDOG_USEC"] = "200000";
        await kiosk.StartAsync();
        await Eventually.IsTrue(
            async () => (await kiosk.StatusAsync()).GetProperty("catalogue").GetProperty("products").GetInt64() == Goods.Codes.Count, "the catalogue comes");
        return kiosk;
    }

    static string? State(System.Text.Json.JsonElement status) => status.GetProperty("sync").GetProperty("state").GetString();

    static async Task<IReadOnlyList<string?>> WarningsAsync(Kiosk kiosk) =>
        [.. (await kiosk.StatusAsync()).GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("code").GetString())];

    static async Task<Confirmation?> TryAsync(Kiosk kiosk, Basket basket)
    {
        try
        {
            return await kiosk.TrySellAsync(basket);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
