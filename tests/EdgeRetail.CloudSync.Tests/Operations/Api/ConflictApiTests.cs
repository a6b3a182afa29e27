using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace EdgeRetail.CloudSync.Tests.Operations.Api;

/// <summary>The inbox of conflicts over REST, on a history that real sessions made: T1 and T2 named a pen at once.</summary>
public sealed class ConflictApiTests
{
    ShopHistory history = null!;
    OperatorsSite site = null!;
    Guid first;
    Guid second;

    [SetUp]
    public async Task OpenAsync()
    {
        history = await ShopHistory.MakeAsync();
        site = await OperatorsSite.StartAsync(history.Shop.ConnectionString);
        history.Second.Device.Wait(TimeSpan.FromSeconds(1));
        (first, second) = (history.First.Edit(ShopHistory.Pen, "Pen, blue").Id.Value, history.Second.Edit(ShopHistory.Pen, "Blue pen").Id.Value);
        await history.SendAsync(history.First);
        await history.SendAsync(history.Second);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await site.DisposeAsync();
        await history.DisposeAsync();
    }

    [Test]
    public async Task A_conflict_is_listed_with_both_values_who_where_when_and_the_rule()
    {
        var item = (await site.GetAsync("/api/v1/conflicts?state=decided")).GetProperty("items")[0];
        Assert.That((item.GetProperty("storeId").GetInt32(), item.GetProperty("product").GetString(), item.GetProperty("field").GetString(), item.GetProperty("rule").GetString(), item.GetProperty("policyVersion").GetInt32()), Is.EqualTo((1, ShopHistory.Pen, "name", "latest-wins", 0)));
        var (one, two) = (item.GetProperty("first"), item.GetProperty("second"));
        Assert.That((one.GetProperty("value").GetString(), one.GetProperty("deviceCode").GetString(), one.GetProperty("actor").GetString(), one.GetProperty("won").GetBoolean()), Is.EqualTo(("Pen, blue", "T1", "ann", false)));
        Assert.That((two.GetProperty("value").GetString(), two.GetProperty("deviceCode").GetString(), two.GetProperty("won").GetBoolean()), Is.EqualTo(("Blue pen", "T2", true)));
        Assert.That(one.GetProperty("at").GetDateTimeOffset(), Is.LessThan(two.GetProperty("at").GetDateTimeOffset()));
        Assert.That((await site.GetAsync("/api/v1/conflicts")).GetProperty("items").GetArrayLength(), Is.Zero, "None waits for a person.");
        Assert.That((await site.GetAsync($"/api/v1/conflicts?state=all&product={ShopHistory.Pen}&field=name&storeId=1")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await site.GetAsync("/api/v1/conflicts?state=all&field=brand")).GetProperty("items").GetArrayLength(), Is.Zero);

        var entry = await site.GetAsync($"/api/v1/entries/{second}");
        Assert.That((entry.GetProperty("kind").GetString(), entry.GetProperty("content").GetProperty("edit").GetProperty("value").GetString()), Is.EqualTo(("ProductEdited", "Blue pen")));
        var id = item.GetProperty("conflictId").GetGuid();
        Assert.That(await site.Client.GetStringAsync("/conflicts?state=all"), Does.Contain("Pen, blue").And.Contain("Blue pen").And.Contain("decided by the policy"));
        Assert.That(await site.Client.GetStringAsync($"/conflicts/{id}"), Does.Contain("lost, kept").And.Contain("the latest wins"));
        Assert.That(await site.Client.GetStringAsync($"/entries/{second}"), Does.Contain("Product edited").And.Contain("Blue pen"));
    }

    [Test]
    public async Task Two_operators_resolve_at_once_and_one_is_told_by_whom_and_how()
    {
        var (id, tag) = await ConflictAsync();
        var answers = await Task.WhenAll(
            ResolveAsync(id, new { actor = "ann", reason = "as on the pack", take = first }, "k1", tag), ResolveAsync(id, new { actor = "bob", reason = "shorter", value = "Pen" }, "k2", tag));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed }));
        var (winner, loser) = answers[0].Status == HttpStatusCode.OK ? (answers[0].Body, answers[1].Body) : (answers[1].Body, answers[0].Body);
        Assert.That(loser.GetProperty("code").GetString(), Is.EqualTo("ALREADY_RESOLVED"));
        Assert.That((loser.GetProperty("resolution").GetProperty("actor").GetString(), loser.GetProperty("resolution").GetProperty("value").GetString()), Is.EqualTo((winner.GetProperty("actor").GetString(), winner.GetProperty("value").GetString())));
        Assert.That((await site.GetAsync("/api/v1/conflicts?state=resolved")).GetProperty("items")[0].GetProperty("settlement").GetProperty("actor").GetString(), Is.EqualTo(winner.GetProperty("actor").GetString()));
        await JournalProof.HoldsAsync(history.Shop);
    }

    [Test]
    public async Task A_resolution_needs_key_and_tag_and_is_repeated_under_its_key()
    {
        var (id, tag) = await ConflictAsync();
        var order = new { actor = "ann", reason = "a test", value = "Pen" };
        Assert.That(Said(await ResolveAsync(id, order, null, tag)), Is.EqualTo((HttpStatusCode.BadRequest, "IDEMPOTENCY_KEY_MISSING")));
        Assert.That(Said(await ResolveAsync(id, order, "k", null)), Is.EqualTo(((HttpStatusCode)428, "IF_MATCH_MISSING")));
        Assert.That(Said(await ResolveAsync(id, order, "k", "\"0-0\"")), Is.EqualTo((HttpStatusCode.PreconditionFailed, "TAG_MISMATCH")));
        Assert.That(Said(await ResolveAsync(id, new { actor = "ann", reason = "a test" }, "k", tag)), Is.EqualTo((HttpStatusCode.BadRequest, "CHOICE_MISSING")));
        Assert.That(Said(await ResolveAsync(id, new { actor = "ann", reason = "a test", value = " " }, "k", tag)), Is.EqualTo((HttpStatusCode.BadRequest, "EDIT_VALUE_MISSING")));
        Assert.That(Said(await ResolveAsync(id, new { actor = "ann", reason = "a test", take = Guid.NewGuid() }, "k", tag)), Is.EqualTo((HttpStatusCode.BadRequest, "EDIT_NOT_IN_CONFLICT")));
        Assert.That(Said(await ResolveAsync(Guid.NewGuid(), order, "k", tag)), Is.EqualTo((HttpStatusCode.NotFound, "CONFLICT_NOT_FOUND")));
        var done = await ResolveAsync(id, order, "k", tag);
        var again = await ResolveAsync(id, order, "k", tag);
        Assert.That((done.Status, again.Status, again.Body.GetRawText()), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, done.Body.GetRawText())));
        Assert.That(Said(await ResolveAsync(id, order with { value = "Other" }, "k", tag)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "IDEMPOTENCY_KEY_REUSED")));
        Assert.That(Said(await ResolveAsync(id, order, "k2", "*")), Is.EqualTo((HttpStatusCode.PreconditionFailed, "ALREADY_RESOLVED")));
    }

    [Test]
    public async Task A_policy_is_rehearsed_set_by_its_tag_and_listed_with_who_and_why()
    {
        var rehearsal = await site.GetAsync("/api/v1/conflicts/rehearsal?field=name&rule=manual&days=1");
        Assert.That((rehearsal.GetProperty("conflicts").GetInt32(), rehearsal.GetProperty("wouldBeOpen").GetInt32(), rehearsal.GetProperty("differences")[0].GetProperty("wonValue").GetString()), Is.EqualTo((1, 1, "Blue pen")));
        using var read = await site.Client.GetAsync("/api/v1/policies");
        var set = await SendAsync(HttpMethod.Put, "/api/v1/policies/name", new { actor = "ann", rule = "manual", reason = "we look at each" }, null, read.Headers.ETag!.Tag);
        Assert.That((set.Status, set.Body.GetProperty("version").GetInt32()), Is.EqualTo((HttpStatusCode.OK, 1)));
        var late = await SendAsync(HttpMethod.Put, "/api/v1/policies/name", new { actor = "bob", rule = "cloud-wins", reason = "x" }, null, read.Headers.ETag!.Tag);
        Assert.That(Said(late), Is.EqualTo((HttpStatusCode.PreconditionFailed, "TAG_MISMATCH")));
        Assert.That(Said(await SendAsync(HttpMethod.Put, "/api/v1/policies/name", new { actor = "bob", rule = "coin", reason = "x" }, null, "*")), Is.EqualTo((HttpStatusCode.BadRequest, "RULE_UNKNOWN")));
        Assert.That(Said(await SendAsync(HttpMethod.Put, "/api/v1/policies/colour", new { actor = "bob", rule = "manual", reason = "x" }, null, "*")), Is.EqualTo((HttpStatusCode.NotFound, "EDIT_FIELD_UNKNOWN")));
        Assert.That((await site.GetAsync("/api/v1/policies")).GetProperty("history")[0].GetProperty("reason").GetString(), Is.EqualTo("we look at each"));
    }

    [Test]
    public async Task Head_office_edits_a_product_of_a_store()
    {
        var edited = await SendAsync(HttpMethod.Post, "/api/v1/stores/2/edits", new { actor = "ann", product = ShopHistory.Pen, field = "brand", value = "Ours" }, "k", null);
        Assert.That((edited.Status, edited.Body.GetProperty("value").GetString()), Is.EqualTo((HttpStatusCode.OK, "Ours")));
        Assert.That(Said(await SendAsync(HttpMethod.Post, "/api/v1/stores/42/edits", new { actor = "ann", product = ShopHistory.Pen, field = "brand", value = "Ours" }, "k2", null)), Is.EqualTo((HttpStatusCode.NotFound, "STORE_NOT_FOUND")));
        Assert.That(Said(await SendAsync(HttpMethod.Post, "/api/v1/stores/2/edits", new { actor = "ann", product = "4006381333932", field = "brand", value = "Ours" }, "k3", null)), Is.EqualTo((HttpStatusCode.BadRequest, "PRODUCT_CODE_INVALID")));
    }

    [TestCase("/api/v1/conflicts?state=closed", 400, "STATE_INVALID")]
    [TestCase("/api/v1/conflicts?cursor=x", 400, "CURSOR_INVALID")]
    [TestCase("/api/v1/conflicts?field=colour", 400, "EDIT_FIELD_UNKNOWN")]
    [TestCase("/api/v1/conflicts?limit=0", 400, "LIMIT_OUT_OF_RANGE")]
    [TestCase("/api/v1/conflicts/rehearsal?field=name&rule=coin", 400, "RULE_UNKNOWN")]
    [TestCase("/api/v1/conflicts/rehearsal?field=name&rule=manual&days=0", 400, "DAYS_OUT_OF_RANGE")]
    [TestCase("/api/v1/conflicts/01994d2c-5c00-8abc-8def-0123456789ab", 404, "CONFLICT_NOT_FOUND")]
    public async Task What_makes_no_sense_is_refused_with_its_code(string path, int status, string code) =>
        Assert.That((await site.GetAsync(path, (HttpStatusCode)status)).GetProperty("code").GetString(), Is.EqualTo(code));

    async Task<(Guid Id, string Tag)> ConflictAsync()
    {
        var id = (await site.GetAsync("/api/v1/conflicts?state=all")).GetProperty("items")[0].GetProperty("conflictId").GetGuid();
        using var response = await site.Client.GetAsync($"/api/v1/conflicts/{id}");
        return (id, response.Headers.ETag!.Tag);
    }

    Task<(HttpStatusCode Status, JsonElement Body)> ResolveAsync(Guid id, object order, string? key, string? tag) => SendAsync(HttpMethod.Post, $"/api/v1/conflicts/{id}/resolve", order, key, tag);

    async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object order, string? key, string? tag)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(order) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-Match", tag);
        using var response = await site.Client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    static (HttpStatusCode, string?) Said((HttpStatusCode Status, JsonElement Body) answer) => (answer.Status, answer.Body.GetProperty("code").GetString());
}
