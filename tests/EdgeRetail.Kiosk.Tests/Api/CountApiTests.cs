using System.Net.Http.Json;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Tests.Api;

/// <summary>Counts come from the page and through the socket; a figure says what it is made of at both.</summary>
[TestFixture]
sealed class CountApiTests : ApiFixture
{
    static readonly Guid Command = new("aaaaaaaa-0000-4000-8000-000000000002");

    [Test]
    public async Task A_count_from_the_page_is_recorded_once_and_shown_at_once()
    {
        await Shop.Socket().PostAsync("/api/v1/sales", Shop.Json(Shop.Sale(product: Shop.Milk, count: 2)));
        var first = await Read(await PostFromPage(new("kiosk", [new(Shop.Milk, 9_000)], null, Command)), ApiJson.Default.RecordedResponse);
        var again = await Read(await PostFromPage(new("kiosk", [new(Shop.Milk, 9_000)], null, Command)), ApiJson.Default.RecordedResponse);
        Assert.That((first.EntryId, first.Replayed, again.EntryId, again.Replayed), Is.EqualTo((again.EntryId, false, first.EntryId, true)));

        var explained = await Read(await Shop.Browser().GetAsync($"/api/v1/explain?product={Shop.Milk}"), ApiJson.Default.ExplainResponse);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((explained.CloudThousandths, explained.PendingThousandths, explained.OnHandThousandths), Is.EqualTo((6_000, 3_000, 9_000)));
            Assert.That(explained.Pending.Select(entry => (entry.Kind, entry.AdjustmentThousandths, entry.CountedThousandths)), Is.EqualTo(new (string, long, long?)[] { ("saleRecorded", -2_000, null), ("stockCounted", 5_000, 9_000) }));
            Assert.That(explained.CloudThousandths + explained.Pending.Sum(entry => entry.AdjustmentThousandths), Is.EqualTo(explained.OnHandThousandths));
        }
    }

    [Test]
    public async Task A_count_that_is_not_the_pages_is_refused_and_one_that_cannot_be_says_why()
    {
        var stranger = await Shop.Browser().PostAsJsonAsync("/api/v1/counts", new("ann", [new(Shop.Milk, 1_000)]), ApiJson.Default.CountRequest);
        Assert.That((await ProblemOf(stranger)).Code, Is.EqualTo("ORIGIN_NOT_ALLOWED"));
        Assert.That((await ProblemOf(await PostFromPage(new("ann", [new(Shop.Milk, -1)])))).Code, Is.EqualTo("QUANTITY_NOT_POSITIVE"));
        Assert.That((await ProblemOf(await PostFromPage(new("ann", [])))).Code, Is.EqualTo("LINES_MISSING"));
        Assert.That((await ProblemOf(await Shop.Browser().GetAsync("/api/v1/explain?product=%20"))).Code, Is.EqualTo("PRODUCT_CODE_EMPTY"));
        Assert.That(Shop.Agent.Queries.Status().PendingCount, Is.Zero);
    }

    async Task<HttpResponseMessage> PostFromPage(CountRequest count)
    {
        using var request = await Shop.PageRequest(HttpMethod.Post, "/api/v1/counts", JsonContent.Create(count, ApiJson.Default.CountRequest));
        return await Shop.Browser().SendAsync(request);
    }
}
