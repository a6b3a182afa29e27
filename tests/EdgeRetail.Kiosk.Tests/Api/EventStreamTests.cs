using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Tests.Api;

[TestFixture]
sealed class EventStreamTests : ApiFixture
{
    [Test, CancelAfter(30_000)]
    public async Task The_status_comes_at_once_and_again_when_something_was_sold(CancellationToken cancellationToken)
    {
        await using var events = Events(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var first = await NextStatus(events);
        await PostFromPage(Shop.Sale());
        var second = await NextStatus(events);

        Assert.That((first.Outbox.Count, second.Outbox.Count), Is.EqualTo((0, 1)));
        Assert.That(second.Receipts.Next, Is.EqualTo(2));
    }

    [Test, CancelAfter(60_000)]
    public async Task Many_changes_at_once_are_few_events_and_the_last_is_the_truth(CancellationToken cancellationToken)
    {
        await using var events = Events(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await NextStatus(events);
        var began = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 100; i++) await Shop.Socket().PostAsync("/api/v1/sales", Shop.Json(Shop.Sale()), cancellationToken);

        var seen = 0;
        StatusResponse status;
        do
        {
            status = await NextStatus(events);
            seen++;
        }
        while (status.Outbox.Count < 100);

        Assert.That(seen, Is.LessThanOrEqualTo(2 + (began.Elapsed.TotalSeconds * 10)));
    }

    [Test, CancelAfter(30_000)]
    public async Task Silence_is_broken_by_a_ping(CancellationToken cancellationToken)
    {
        await using var events = Events(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await NextStatus(events);

        Assert.That(await events.MoveNextAsync(), Is.True);
        Assert.That(events.Current.Name, Is.EqualTo("ping"));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_stop_ends_the_streams_and_does_not_wait_for_them(CancellationToken cancellationToken)
    {
        await using var events = Events(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await NextStatus(events);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Shop.Stop();

        // The host waits half a minute for what does not end.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(await events.MoveNextAsync(), Is.False);
    }

    [Test, CancelAfter(30_000)]
    public async Task More_streams_than_a_shop_has_windows_are_refused_and_closed_ones_count_no_more(CancellationToken cancellationToken)
    {
        var open = new List<IAsyncEnumerator<(string Name, string Data)>>();
        for (var i = 0; i < 32; i++)
        {
            var events = Events(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await NextStatus(events);
            open.Add(events);
        }

        var refused = await Shop.Browser().GetAsync("/api/v1/events", cancellationToken);
        Assert.That((refused.StatusCode, (await ProblemOf(refused)).Code), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "TOO_MANY_STREAMS")));

        foreach (var events in open) await events.DisposeAsync();
        await TestKit.Eventually.IsTrue(async () => (await Shop.Browser().GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken)).IsSuccessStatusCode, "a closed stream frees its place");
    }

    static async Task<StatusResponse> NextStatus(IAsyncEnumerator<(string Name, string Data)> events)
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current.Name == "status") return JsonSerializer.Deserialize(events.Current.Data, ApiJson.Default.StatusResponse)!;
        }

        throw new AssertionException("The stream ended.");
    }

    async IAsyncEnumerable<(string Name, string Data)> Events([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Shop.Address };
        using var response = await client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var name = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("data:", StringComparison.Ordinal)) yield return (name, line[5..].Trim());
        }
    }
}
