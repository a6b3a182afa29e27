using System.Net.Http.Json;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Tests.Api;

/// <summary>The day is closed from the page, once; what it came to is shown at both doors.</summary>
[TestFixture]
sealed class DayApiTests : ApiFixture
{
    static readonly Guid Command = new("aaaaaaaa-0000-4000-8000-000000000032");

    [Test]
    public async Task A_close_from_the_page_is_recorded_once_and_what_it_counted_is_shown()
    {
        await Shop.Socket().PostAsync("/api/v1/sales", Shop.Json(Shop.Sale(product: Shop.Milk, count: 2)));
        var before = await Read(await Shop.Browser().GetAsync("/api/v1/day"), ApiJson.Default.DayResponse);
        Assert.That((before.Open.EntryCount, before.Closes.Count), Is.EqualTo((1L, 0)));
        var first = await Read(await PostFromPage(new("kiosk", before.BusinessDate, Command)), ApiJson.Default.RecordedResponse);
        var again = await Read(await PostFromPage(new("kiosk", before.BusinessDate, Command)), ApiJson.Default.RecordedResponse);
        Assert.That((first.EntryId, first.Replayed, again.EntryId, again.Replayed), Is.EqualTo((again.EntryId, false, first.EntryId, true)));

        var after = await Read(await Shop.Socket().GetAsync("/api/v1/day"), ApiJson.Default.DayResponse);
        Assert.That((after.Open.EntryCount, after.Closes.Single().State, after.Closes.Single().EntryId), Is.EqualTo((0L, "unsent", first.EntryId)));
        var totals = before.Open.Dates.Single().Totals.Single();
        Assert.That((totals.Sales, totals.Tenders.Single().Kind, totals.ExpectedCashMinor), Is.EqualTo((1L, "cash", totals.SalesMinor)));
        Assert.That(after.Closes.Single().Figures.ExpectedCash.Single().Minor, Is.EqualTo(totals.SalesMinor));
    }

    [Test]
    public async Task What_cannot_be_closed_or_has_no_certificate_says_why()
    {
        var stranger = await Shop.Browser().PostAsJsonAsync("/api/v1/day-closes", new("ann"), ApiJson.Default.CloseDayRequest);
        Assert.That((await ProblemOf(stranger)).Code, Is.EqualTo("ORIGIN_NOT_ALLOWED"));
        Assert.That((await ProblemOf(await PostFromPage(new("kiosk", new DateOnly(2999, 1, 1))))).Code, Is.EqualTo("DAY_IN_FUTURE"));
        Assert.That((await ProblemOf(await Shop.Browser().GetAsync("/api/v1/day-closes/yesterday/certificate"))).Code, Is.EqualTo("DATE_INVALID"));
        Assert.That((await ProblemOf(await Shop.Browser().GetAsync("/api/v1/day-closes/2026-01-01/certificate"))).Code, Is.EqualTo("DAY_NOT_CLOSED"));
        var day = await Read(await Shop.Browser().GetAsync("/api/v1/day"), ApiJson.Default.DayResponse);
        await Read(await PostFromPage(new("kiosk")), ApiJson.Default.RecordedResponse);
        Assert.That((await ProblemOf(await Shop.Browser().GetAsync($"/api/v1/day-closes/{day.BusinessDate:yyyy-MM-dd}/certificate"))).Code, Is.EqualTo("CERTIFICATE_NOT_THERE"));
        Assert.That((await ProblemOf(await PostFromPage(new("kiosk")))).Code, Is.EqualTo("DAY_CLOSED"));
    }

    async Task<HttpResponseMessage> PostFromPage(CloseDayRequest close)
    {
        using var request = await Shop.PageRequest(HttpMethod.Post, "/api/v1/day-closes", JsonContent.Create(close, ApiJson.Default.CloseDayRequest));
        return await Shop.Browser().SendAsync(request);
    }
}
