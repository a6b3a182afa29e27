using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace EdgeRetail.CloudSync.Tests.Operations.Api;

/// <summary>Quarantine over REST, on a history that real sessions made: T2 sent bytes that are no entry.</summary>
public sealed class QuarantineApiTests
{
    ShopHistory history = null!;
    OperatorsSite site = null!;
    Guid poison;

    [SetUp]
    public async Task OpenAsync()
    {
        history = await ShopHistory.MakeAsync();
        site = await OperatorsSite.StartAsync(history.Shop.ConnectionString);
        poison = history.Poison.Id.Value;
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await site.DisposeAsync();
        await history.DisposeAsync();
    }

    [Test]
    public async Task What_stands_in_quarantine_is_listed_by_cause_and_in_parts()
    {
        history.Other.Poison();
        history.Other.Poison();
        await history.SendAsync(history.Other);
        var causes = await site.GetAsync("/api/v1/quarantine/causes");
        Assert.That(causes.EnumerateArray().Select(cause => (cause.GetProperty("code").GetString(), cause.GetProperty("storeId").GetInt32(), cause.GetProperty("open").GetInt64())), Is.EqualTo(new[] { ("ENTRY_MALFORMED", 2, 2L), ("ENTRY_MALFORMED", 1, 1L) }));

        var first = await site.GetAsync("/api/v1/quarantine?limit=2");
        var rest = await site.GetAsync($"/api/v1/quarantine?limit=2&cursor={first.GetProperty("next").GetString()}");
        Assert.That(first.GetProperty("items")[0].GetProperty("entryId").GetGuid(), Is.EqualTo(poison));
        Assert.That((first.GetProperty("items").GetArrayLength(), rest.GetProperty("items").GetArrayLength(), rest.GetProperty("next").ValueKind), Is.EqualTo((2, 1, JsonValueKind.Null)));
        Assert.That((await site.GetAsync("/api/v1/quarantine?storeId=2&code=ENTRY_MALFORMED")).GetProperty("items").GetArrayLength(), Is.EqualTo(2));
        Assert.That((await site.GetAsync("/api/v1/quarantine?code=NONE")).GetProperty("items").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task One_is_shown_as_far_as_its_bytes_decode_and_why_they_end()
    {
        var shown = await site.GetAsync($"/api/v1/quarantine/{poison}");
        Assert.That(shown.GetProperty("hex").GetString(), Is.EqualTo("ffffff02"));
        Assert.That(shown.GetProperty("decoded").GetProperty("endedBecause").GetString(), Does.StartWith("field 4194303 is of wire type 7").Or.Contain("no field number").Or.Contain("wire type"));
        Assert.That(shown.GetProperty("settlement").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await site.GetAsync($"/api/v1/quarantine/{history.Sale.Id}", HttpStatusCode.NotFound)).GetProperty("code").GetString(), Is.EqualTo("ENTRY_NOT_FOUND"));
    }

    [Test]
    public async Task Two_operators_void_and_correct_at_once_and_one_is_told_what_the_other_did()
    {
        var tag = await TagAsync();
        var answers = await Task.WhenAll(
            PostAsync("void", new { actor = "ann", reason = "a test" }, "k1", tag),
            PostAsync("correct", new { actor = "bob", reason = "typed again", bytes = Convert.ToBase64String(history.Second.Sell((ShopHistory.Pen, 2, 240)).Bytes.Span) }, "k2", tag));

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed }));
        var (winner, loser) = answers[0].Status == HttpStatusCode.OK ? (answers[0], answers[1]) : (answers[1], answers[0]);
        Assert.That(loser.Body.GetProperty("code").GetString(), Is.EqualTo("ALREADY_SETTLED"));
        Assert.That(loser.Body.GetProperty("settlement").GetProperty("actor").GetString(), Is.EqualTo(winner.Body.GetProperty("actor").GetString()));
        Assert.That(loser.Body.GetProperty("settlement").GetProperty("kind").GetString(), Is.EqualTo(winner.Body.GetProperty("kind").GetString()));
        Assert.That((await site.GetAsync("/api/v1/quarantine")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await site.GetAsync("/api/v1/quarantine?state=settled")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_change_that_is_repeated_under_its_key_is_answered_as_before_and_another_under_it_is_refused()
    {
        var tag = await TagAsync();
        var first = await PostAsync("void", new { actor = "ann", reason = "a test" }, "k1", tag);
        var again = await PostAsync("void", new { actor = "ann", reason = "a test" }, "k1", tag);
        var other = await PostAsync("void", new { actor = "ann", reason = "another" }, "k1", tag);

        Assert.That((first.Status, again.Status, again.Replayed, other.Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, true, HttpStatusCode.UnprocessableEntity)));
        Assert.That(again.Body.GetProperty("settledBy").GetGuid(), Is.EqualTo(first.Body.GetProperty("settledBy").GetGuid()));
        Assert.That(other.Body.GetProperty("code").GetString(), Is.EqualTo("IDEMPOTENCY_KEY_REUSED"));
    }

    [TestCase("void", """{"actor":"","reason":"x"}""", "k", "*", 400, "ACTOR_MISSING")]
    [TestCase("void", """{"actor":"ann"}""", "k", "*", 400, "REASON_MISSING")]
    [TestCase("void", """{"actor":"ann","reason":"a\u0000b"}""", "k", "*", 400, "TEXT_INVALID")]
    [TestCase("void", """{"actor":"ann","reason":"x"}""", "", "*", 400, "IDEMPOTENCY_KEY_MISSING")]
    [TestCase("void", """{"actor":"ann","reason":"x"}""", "k", "", 428, "IF_MATCH_MISSING")]
    [TestCase("void", """{"actor":"ann","reason":"x"}""", "k", "\"1-1\"", 412, "TAG_MISMATCH")]
    [TestCase("void", """{"reason":"x"}""", "k", "*", 400, "ACTOR_MISSING")]
    [TestCase("void", "{", "k", "*", 400, "PARAMETER_INVALID")]
    [TestCase("replay", """{"actor":"ann"}""", "k", "*", 422, "ENTRY_UNMERGEABLE")]
    [TestCase("correct", """{"actor":"ann","reason":"x"}""", "k", "*", 400, "CORRECTION_MISSING")]
    [TestCase("correct", """{"actor":"ann","reason":"x","bytes":"!"}""", "k", "*", 400, "CORRECTION_INVALID")]
    [TestCase("correct", """{"actor":"ann","reason":"x","entry":{"nonsense":1}}""", "k", "*", 400, "CORRECTION_INVALID")]
    [TestCase("correct", """{"actor":"ann","reason":"x","entry":{"store":1}}""", "k", "*", 422, "ENTRY_UNMERGEABLE")]
    public async Task A_change_that_makes_no_sense_is_refused_and_nothing_is_done(string verb, string body, string key, string tag, int status, string code)
    {
        var answer = await PostAsync(verb, JsonDocument.Parse(body == "{" ? "{}" : body).RootElement, key, tag, body == "{" ? body : null);
        Assert.That(((int)answer.Status, answer.Body.GetProperty("code").GetString()), Is.EqualTo((status, code)));
        Assert.That(await history.Shop.ScalarAsync<long>("select count(*) from journal where device_id = 0"), Is.Zero);
    }

    [Test]
    public async Task All_of_a_cause_are_replayed_and_what_stays_is_named()
    {
        using var response = await site.Client.PostAsJsonAsync("/api/v1/quarantine/replay", new { code = "ENTRY_MALFORMED", actor = "ann" });
        var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.That((response.StatusCode, report.GetProperty("replayed").GetInt32(), report.GetProperty("left")[0].GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.OK, 0, "ENTRY_MALFORMED")));
    }

    [Test]
    public async Task The_pages_show_what_stands_there_and_what_became_of_it()
    {
        Assert.That(await site.Client.GetStringAsync("/quarantine"), Does.Contain("ENTRY_MALFORMED").And.Contain(poison.ToString()));
        await PostAsync("void", new { actor = "ann", reason = "a <test>" }, "k1", await TagAsync());
        Assert.That(await site.Client.GetStringAsync($"/quarantine/{poison}"), Does.Contain("Voided by ann: a &lt;test&gt;").And.Contain("not yet durable").And.Contain("ffffff02"));
    }

    async Task<string> TagAsync()
    {
        using var response = await site.Client.GetAsync($"/api/v1/quarantine/{poison}");
        return response.Headers.ETag!.ToString();
    }

    async Task<(HttpStatusCode Status, JsonElement Body, bool Replayed)> PostAsync(string verb, object body, string key, string tag, string? raw = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/quarantine/{poison}/{verb}") { Content = raw is null ? JsonContent.Create(body) : new StringContent(raw, System.Text.Encoding.UTF8, "application/json") };
        if (key.Length > 0) request.Headers.Add("Idempotency-Key", key);
        if (tag.Length > 0) request.Headers.TryAddWithoutValidation("If-Match", tag);
        using var response = await site.Client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement, response.Headers.Contains("Idempotent-Replayed"));
    }
}
