using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Tests.Api;

/// <summary>A shop of its own for each test, asked over HTTP.</summary>
abstract class ApiFixture
{
    protected Shop Shop { get; private set; } = null!;

    [SetUp]
    public async Task Opened() => Shop = await Shop.Open();

    [TearDown]
    public async Task Closed() => await Shop.DisposeAsync();

    protected static async Task<T> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, text);
        return System.Text.Json.JsonSerializer.Deserialize(text, type)!;
    }

    /// <summary>The problem, which always says its code, what happened and what to do next.</summary>
    protected static async Task<Problem> ProblemOf(HttpResponseMessage response)
    {
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), $"{(int)response.StatusCode}");
        var problem = (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem.Status, Is.EqualTo((int)response.StatusCode));
            Assert.That(problem.Code, Does.Match("^[A-Z][A-Z0-9_]+$"));
            Assert.That(problem.Detail, Is.Not.Empty);
            Assert.That(problem.NextStep, Is.Not.Empty);
        }

        return problem;
    }

    protected async Task<HttpResponseMessage> PostFromPage(SaleRequest sale) =>
        await Shop.Browser().SendAsync(await Shop.PageRequest(HttpMethod.Post, "/api/v1/sales", Shop.Json(sale)));
}
