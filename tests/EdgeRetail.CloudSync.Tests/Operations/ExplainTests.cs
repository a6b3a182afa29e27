using System.Net;
using System.Text.Json;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Tests.Cli;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.Operations;

/// <summary>A stock figure is explained by what adds up to it, and by what may be missing from it.</summary>
public sealed class ExplainTests
{
    ShopHistory history = null!;
    ExplainQueries explain = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        history = await ShopHistory.MakeAsync();
        explain = new(history.Database, new(history.Database));
    }

    [TearDown]
    public async Task CloseAsync() => await history.DisposeAsync();

    [Test]
    public async Task What_was_never_counted_is_what_moved()
    {
        var told = await ExplainAsync();
        Assert.That((told.Count, told.MovedBeforeItsArrival, told.OnHand), Is.EqualTo(((ExplainedCount?)null, 0m, await OnHandAsync())));
        Assert.That(told.MovedSince, Is.EqualTo(told.OnHand));
        Assert.That(told.Entries.Sum(entry => entry.Effect), Is.EqualTo(told.OnHand), "all of them are told");
        Assert.That(told.HasEarlier, Is.False);
    }

    [Test]
    public async Task The_count_what_moved_after_it_and_what_came_late_are_told_and_add_up()
    {
        var (counter, till) = (history.Second, history.First);
        // The till sold before the count, and after it; the first is heard of after both.
        var before = till.Sell((ShopHistory.Pen, 2, 398));
        counter.Device.Wait(TimeSpan.FromSeconds(20));
        var counted = counter.Device.Count((Canonical, 40_000));
        counter.Device.Wait(TimeSpan.FromSeconds(1));
        counter.Sell((ShopHistory.Pen, 1, 199));
        await history.SendAsync(counter);
        till.Device.Wait(TimeSpan.FromSeconds(30));
        till.Sell((ShopHistory.Pen, 5, 995));
        await history.SendAsync(till);

        var told = await ExplainAsync();
        Assert.That((told.Count!.EntryId, told.Count.DeviceCode, told.Count.Counted), Is.EqualTo((counted.Id.Value, "T2", 40m)));
        Assert.That((told.MovedBeforeItsArrival, told.MovedSince, told.OnHand), Is.EqualTo((0m, -6m, 34m)));
        Assert.That(told.OnHand, Is.EqualTo(await OnHandAsync()));
        var late = told.Entries.Single(entry => entry.IsLate);
        Assert.That((late.EntryId, late.Moved, late.Effect), Is.EqualTo((before.Id.Value, (decimal?)-2m, 0m)));
        Assert.That(told.Entries[0].OnHand, Is.EqualTo(34));
        Assert.That(told.Quarantined.Select(entry => (entry.EntryId, entry.IsReadable)), Is.EqualTo(new[] { (history.Poison.Id.Value, false) }), "what nobody can read may name it");
        Assert.That(told.DevicesNotHeardFrom.Select(device => device.DeviceCode), Is.EquivalentTo(new[] { "T1", "T2" }), "neither is connected");
    }

    [Test]
    public async Task A_late_count_tells_what_had_moved_after_it_before_it_arrived()
    {
        var (counter, till) = (history.Second, history.First);
        counter.Device.Wait(TimeSpan.FromSeconds(10));
        counter.Device.Count((Canonical, 40_000));
        till.Device.Wait(TimeSpan.FromSeconds(20));
        till.Sell((ShopHistory.Pen, 3, 597));
        await history.SendAsync(till);
        await history.SendAsync(counter);
        var told = await ExplainAsync();
        Assert.That((told.Count!.Counted, told.MovedBeforeItsArrival, told.MovedSince, told.OnHand), Is.EqualTo((40m, -3m, 0m, 37m)));
    }

    [Test]
    public async Task Of_many_entries_the_latest_are_told_and_it_still_adds_up()
    {
        for (var i = 0; i < 130; i++) history.First.Sell((ShopHistory.Pen, 1, 199));
        await history.SendAsync(history.First);
        var told = await ExplainAsync();
        Assert.That((told.Entries.Count, told.HasEarlier), Is.EqualTo((100, true)));
        Assert.That(told.Entries.Select(entry => entry.Version), Is.Ordered.Descending);
        Assert.That((told.Count?.Counted ?? 0) + told.MovedBeforeItsArrival + told.MovedSince, Is.EqualTo(told.OnHand));
    }

    [Test]
    public async Task Page_and_command_line_say_the_same_and_refuse_what_is_not_there()
    {
        history.Second.Device.Count((Canonical, 40_000));
        await history.SendAsync(history.Second);
        await using var site = await OperatorsSite.StartAsync(history.Shop.ConnectionString);
        using var folder = new TemporaryDirectory();
        var file = folder["database"];
        await File.WriteAllTextAsync(file, history.Shop.ConnectionString);
        var api = await site.GetAsync($"/api/v1/stores/1/stock/{ShopHistory.Pen}/explain");
        var cli = await CommandRun.OfAsync("explain", "--store", "1", "--product", ShopHistory.Pen, "--database-file", file, "--json");
        Assert.That(Without(cli.Json), Is.EqualTo(Without(api)));
        Assert.That(api.GetProperty("onHand").GetDecimal(), Is.EqualTo(40));
        var words = await CommandRun.OfAsync("explain", "--store", "1", "--product", ShopHistory.Pen, "--database-file", file);
        Assert.That(words.Output, Does.Contain("counted on T2").And.Contain("on hand").And.Contain("In quarantine"));
        Assert.That(words.Output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));

        Assert.That((await site.GetAsync("/api/v1/stores/9/stock/X/explain", HttpStatusCode.NotFound)).GetProperty("code").GetString(), Is.EqualTo("STORE_NOT_FOUND"));
        Assert.That((await site.GetAsync($"/api/v1/stores/1/stock/{new string('x', 201)}/explain", HttpStatusCode.BadRequest)).GetProperty("code").GetString(), Is.EqualTo("TEXT_TOO_LONG"));
        Assert.That((await site.GetAsync("/api/v1/stores/1/stock/NEVER-SEEN/explain")).GetProperty("onHand").GetDecimal(), Is.Zero);
        Assert.That((await CommandRun.OfAsync("explain", "--store", "9", "--product", "X", "--database-file", file, "--json")).ErrorCode, Is.EqualTo("STORE_NOT_FOUND"));
    }

    const string Canonical = "04006381333931";

    async Task<StockExplanation> ExplainAsync() => (await explain.ReadAsync(1, ShopHistory.Pen, CancellationToken.None))!;

    async Task<decimal> OnHandAsync() => await history.Shop.OnHandAsync(1, Canonical) / 1000m;

    /// <summary>The moment is each answer's own, and when a device was last heard is written down a little later.</summary>
    static string Without(JsonElement document) => string.Join('\n', document.EnumerateObject().Where(property => property.Name is not ("asOf" or "devicesNotHeardFrom")).OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => $"{property.Name} {JsonSerializer.Serialize(property.Value)}"));
}
