using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.Operations.Api;

/// <summary>The REST API over a history that real sessions made. Tests here only read.</summary>
public sealed class ApiTests
{
    ShopHistory history = null!;
    OperatorsSite site = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        history = await ShopHistory.MakeAsync();
        site = await OperatorsSite.StartAsync(history.Shop.ConnectionString);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        await site.DisposeAsync();
        await history.DisposeAsync();
    }

    [Test]
    public async Task The_summary_counts_what_the_tables_hold()
    {
        var summary = await site.GetAsync("/api/v1/sync/summary");

        Assert.That(Long(summary, "entriesInJournal"), Is.EqualTo(await history.Shop.ScalarAsync<long>("select count(*) from journal")).And.EqualTo(11));
        Assert.That((Long(summary, "stores"), Long(summary, "devices"), Long(summary, "quarantined"), Long(summary, "outboxReported"), Long(summary, "products"), Long(summary, "catalogueVersion")), Is.EqualTo((2, 3, 1, 0, 3, 3)));
        Assert.That(summary.GetProperty("storeHeads").EnumerateArray().Select(head => (Long(head, "storeId"), Long(head, "version"))), Is.EqualTo(new[] { (1L, 8L), (2L, 3L) }));
        Assert.That(summary.GetProperty("databaseIncarnation").GetGuid(), Is.Not.EqualTo(Guid.Empty));
        Assert.That(summary.GetProperty("asOf").GetDateTimeOffset(), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Devices_are_listed_by_code_in_parts()
    {
        var first = await site.GetAsync("/api/v1/devices?limit=2");
        var rest = await site.GetAsync($"/api/v1/devices?limit=2&cursor={first.GetProperty("next").GetString()}");

        Assert.That(Codes(first), Is.EqualTo(new[] { "T1", "T2" }));
        Assert.That(Codes(rest), Is.EqualTo(new[] { "T3" }));
        Assert.That(rest.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Codes(await site.GetAsync("/api/v1/devices?storeId=2")), Is.EqualTo(new[] { "T3" }));
        Assert.That(Codes(await site.GetAsync("/api/v1/devices?storeId=99")), Is.Empty);
        var one = first.GetProperty("items")[0];
        Assert.That((Long(one, "appliedThrough"), Long(one, "storeHead"), Long(one, "lagEntries"), one.GetProperty("state").GetString()), Is.EqualTo((4, 8, 0, "active")));
    }

    [Test]
    public async Task A_device_is_shown_with_its_stream_assignments_and_what_was_not_plainly_merged()
    {
        var device = await site.GetAsync($"/api/v1/devices/{history.Second.Device.Device}");

        var stream = device.GetProperty("streams")[0];
        Assert.That((stream.GetProperty("streamId").GetGuid(), stream.GetProperty("current").GetBoolean(), Long(stream, "appliedThrough")), Is.EqualTo((history.Second.Device.Stream.Value, true, 4)));
        Assert.That(stream.GetProperty("appliedChain").GetString(), Is.EqualTo(history.Second.Device.ChainAt(4).ToString()));
        Assert.That(Long(device.GetProperty("assignments")[0], "storeId"), Is.EqualTo(1));
        var disposition = device.GetProperty("dispositions")[0];
        Assert.That((disposition.GetProperty("disposition").GetString(), disposition.GetProperty("code").GetString(), Long(disposition, "sequence")), Is.EqualTo(("quarantined", "ENTRY_MALFORMED", 3)));
    }

    [Test]
    public async Task Stock_is_the_fold_of_the_entries_at_a_version_with_those_named_that_may_lack()
    {
        var stock = await site.GetAsync("/api/v1/stores/1/stock");

        Assert.That(Items(stock), Is.EqualTo(new[] { (ShopHistory.Pen, "Stift, blau", 36m), ("9999", null, -1m), ("RICE", "Reis", -1.625m), (ShopHistory.Soap, "Seife <mild>", 9m) }));
        Assert.That(Long(stock, "version"), Is.EqualTo(8));
        Assert.That(stock.GetProperty("devicesNotHeardFrom").EnumerateArray().Select(device => device.GetProperty("deviceCode").GetString()), Is.SubsetOf(new[] { "T1", "T2" }));
    }

    [TestCase("product=4006381333931", "4006381333931")]
    [TestCase("product=04006381333931", "4006381333931", Description = "as it is kept")]
    [TestCase("product=nothing", "")]
    [TestCase("search=SEIFE", "SOAP-1")]
    [TestCase("search=stabilo", "4006381333931", Description = "by brand")]
    [TestCase("search=400638133393", "", Description = "a GTIN is found whole")]
    [TestCase("search=4006381333931", "4006381333931")]
    [TestCase("search=%25", "", Description = "a percent sign is itself")]
    [TestCase("search=<mild>", "SOAP-1")]
    [TestCase("limit=1&after=9999", "RICE")]
    public async Task Stock_can_be_narrowed_down(string query, string expected) =>
        Assert.That(string.Join(',', Items(await site.GetAsync($"/api/v1/stores/1/stock?{query}")).Select(item => item.Code)), Is.EqualTo(expected));

    [Test]
    public async Task Stock_comes_in_parts_that_leave_nothing_out()
    {
        var codes = new List<string>();
        string? after = "";
        while (after is not null)
        {
            var part = await site.GetAsync($"/api/v1/stores/1/stock?limit=1&after={after}");
            codes.AddRange(Items(part).Select(item => item.Code));
            after = part.GetProperty("next").GetString();
        }

        Assert.That(codes, Is.EqualTo(new[] { ShopHistory.Pen, "9999", "RICE", ShopHistory.Soap }));
    }

    [Test]
    public async Task An_entry_is_decoded_with_its_effects()
    {
        var entry = await site.GetAsync($"/api/v1/entries/{history.Sale.Id}");

        Assert.That((entry.GetProperty("kind").GetString(), entry.GetProperty("disposition").GetString(), entry.GetProperty("deviceCode").GetString(), Long(entry, "sequence"), Long(entry, "mergedAtVersion")), Is.EqualTo(("SaleRecorded", "merged", "T1", 2, 2)));
        Assert.That(entry.GetProperty("hash").GetString(), Is.EqualTo(history.Sale.Hash.ToString()));
        var content = entry.GetProperty("content");
        Assert.That((content.GetProperty("receipt").GetString(), Long(content.GetProperty("total"), "minor"), content.GetProperty("actor").GetString()), Is.EqualTo(("T1-1-000001", 609, "ann")));
        Assert.That(content.GetProperty("lines").EnumerateArray().Select(line => (line.GetProperty("code").GetString(), line.GetProperty("name").GetString(), line.GetProperty("quantity").GetDecimal())), Is.EqualTo(new[] { (ShopHistory.Pen, "Stift, blau", 3m), (ShopHistory.Soap, "Seife <mild>", 1m) }));
        Assert.That(entry.GetProperty("effects").EnumerateArray().Select(effect => (effect.GetProperty("code").GetString(), effect.GetProperty("delta").GetDecimal(), effect.GetProperty("onHand").GetDecimal())), Is.EqualTo(new[] { (ShopHistory.Pen, -3m, 37m), (ShopHistory.Soap, -1m, 11m) }));
    }

    [Test]
    public async Task A_refund_names_the_sold_line()
    {
        var line = (await site.GetAsync($"/api/v1/entries/{history.Refund.Id}")).GetProperty("content").GetProperty("lines")[0];

        Assert.That((line.GetProperty("soldEntryId").GetGuid(), Long(line, "soldLine")), Is.EqualTo((history.Sale.Id.Value, 1)));
    }

    [Test]
    public async Task An_entry_that_cannot_be_read_says_why_and_shows_its_bytes()
    {
        var id = await history.Shop.ScalarAsync<Guid>("select entry_id from journal where quarantine_code is not null");

        var entry = await site.GetAsync($"/api/v1/entries/{id}");

        Assert.That((entry.GetProperty("disposition").GetString(), entry.GetProperty("quarantine").GetProperty("code").GetString()), Is.EqualTo(("quarantined", "ENTRY_MALFORMED")));
        Assert.That(entry.GetProperty("content").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(entry.GetProperty("unreadable").GetProperty("firstBytes").GetString(), Does.StartWith("ffffff"));
        Assert.That(entry.GetProperty("mergedAtVersion").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("/api/v1/devices?limit=0", 400, "LIMIT_OUT_OF_RANGE")]
    [TestCase("/api/v1/devices?limit=501", 400, "LIMIT_OUT_OF_RANGE")]
    [TestCase("/api/v1/devices?limit=many", 400, "PARAMETER_INVALID")]
    [TestCase("/api/v1/devices?storeId=99999999999", 400, "PARAMETER_INVALID")]
    [TestCase("/api/v1/devices?cursor=a%00b", 400, "TEXT_INVALID")]
    [TestCase("/api/v1/devices/5", 404, "DEVICE_NOT_FOUND")]
    [TestCase("/api/v1/devices/five", 400, "PARAMETER_INVALID")]
    [TestCase("/api/v1/stores/9/stock", 404, "STORE_NOT_FOUND")]
    [TestCase("/api/v1/stores/1/stock?limit=-1", 400, "LIMIT_OUT_OF_RANGE")]
    [TestCase("/api/v1/stores/1/stock?limit=1001", 400, "LIMIT_OUT_OF_RANGE")]
    [TestCase("/api/v1/stores/1/stock?search=%00", 400, "TEXT_INVALID")]
    [TestCase("/api/v1/entries/01994d2c-5c00-8abc-8def-0123456789ab", 404, "ENTRY_NOT_FOUND")]
    [TestCase("/api/v1/entries/x", 400, "PARAMETER_INVALID")]
    [TestCase("/api/v1/orders", 404, "ROUTE_NOT_FOUND")]
    [TestCase("/api", 404, "ROUTE_NOT_FOUND")]
    public async Task Errors_are_problem_details_with_a_code_and_a_next_step(string path, int status, string code)
    {
        var problem = await site.GetAsync(path, (HttpStatusCode)status);

        Assert.That((problem.GetProperty("code").GetString(), Long(problem, "status")), Is.EqualTo((code, status)));
        Assert.That(problem.GetProperty("detail").GetString(), Is.Not.Empty);
        Assert.That(problem.GetProperty("nextStep").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task Text_that_is_too_long_is_refused() =>
        Assert.That((await site.GetAsync($"/api/v1/stores/1/stock?search={new string('x', 201)}", HttpStatusCode.BadRequest)).GetProperty("code").GetString(), Is.EqualTo("TEXT_TOO_LONG"));

    [Test]
    public async Task Nothing_can_be_written()
    {
        using var response = await site.Client.PostAsync(new Uri("/api/v1/devices", UriKind.Relative), null);

        Assert.That((int)response.StatusCode, Is.EqualTo(404).Or.EqualTo(405));
    }

    [Test]
    public async Task An_answer_that_the_caller_has_is_not_sent_again()
    {
        foreach (var path in (string[])[$"/api/v1/entries/{history.Sale.Id}", "/api/v1/stores/2/stock"])
        {
            // A device's word may come between the two questions: then the answer is another one, and both are asked again.
            var again = HttpStatusCode.OK;
            for (var attempt = 0; attempt < 10 && again == HttpStatusCode.OK; attempt++)
            {
                using var first = await site.Client.GetAsync(path);
                using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
                using var second = await site.Client.SendAsync(request);
                again = second.StatusCode;
            }

            using var other = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"other\"", isWeak: true) } } };
            using var anew = await site.Client.SendAsync(other);

            Assert.That((again, anew.StatusCode), Is.EqualTo((HttpStatusCode.NotModified, HttpStatusCode.OK)), path);
        }
    }

    [Test]
    public async Task The_API_is_described_as_approved()
    {
        using var response = await site.Client.GetAsync("/openapi/v1.json");
        var text = JsonSerializer.Serialize(JsonDocument.Parse(await response.Content.ReadAsStringAsync()), new JsonSerializerOptions { WriteIndented = true });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Approved.Verify(text, "OpenApi", "Systems behind the shops are built against this.");
    }

    [Test]
    public async Task Only_this_machine_is_answered_and_by_its_own_name()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/devices") { Headers = { Host = "shop.example" } };
        using var response = await site.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString(), Is.EqualTo("NOT_LOOPBACK"));
    }

    [Test]
    public async Task Answers_carry_headers_that_keep_browsers_to_this_site()
    {
        foreach (var path in (string[])["/", "/api/v1/devices", "/healthz/live", "/api/v1/devices?limit=0"])
        {
            using var response = await site.Client.GetAsync(path);
            Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'").And.Not.Contain("unsafe"), path);
            Assert.That(response.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"), path);
            Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False, path);
            Assert.That(response.Headers.Contains("Server"), Is.False, path);
        }
    }

    [Test]
    public async Task Operators_surfaces_are_not_on_the_devices_port()
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.GetAsync($"{site.GrpcAddress}/api/v1/devices");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    static long Long(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    static IEnumerable<string?> Codes(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("deviceCode").GetString());

    static IEnumerable<(string Code, string? Name, decimal OnHand)> Items(JsonElement stock) =>
        stock.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("code").GetString()!, item.GetProperty("name").GetString(), item.GetProperty("onHand").GetDecimal()));
}
