using System.Globalization;
using System.Net;
using EdgeRetail.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.Kiosk.Tests.Api;

/// <summary>Other pages, other names and other machines against the loopback port.</summary>
[TestFixture]
sealed class GuardTests : ApiFixture
{
    [TestCase("127.0.0.1:{port}", 200)]
    [TestCase("localhost:{port}", 200)]
    [TestCase("LOCALHOST:{port}", 200)]
    [TestCase("[::1]:{port}", 200)]
    [TestCase("127.0.0.1", 403)]
    [TestCase("127.0.0.1:1", 403)]
    [TestCase("evil.test", 403)]
    [TestCase("evil.test:{port}", 403)]
    [TestCase("127.0.0.1.nip.io:{port}", 403)]
    [TestCase("localhost.evil.test:{port}", 403)]
    [TestCase("0.0.0.0:{port}", 403)]
    [TestCase("192.168.0.10:{port}", 403)]
    public async Task Only_the_kiosks_own_names_are_answered(string host, int status)
    {
        foreach (var path in (string[])["/", "/api/v1/status"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host.Replace("{port}", Shop.Address.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var response = await Shop.Browser().SendAsync(request);

            Assert.That((int)response.StatusCode, Is.EqualTo(status), path);
            if (status == 403) Assert.That((await ProblemOf(response)).Code, Is.EqualTo("HOST_NOT_ALLOWED"));
        }
    }

    // "own" and "other" stand for the kiosk's origin and another port of the same address.
    [TestCase("own", "same-origin", true, null)]
    [TestCase("own", null, true, null, Description = "A browser that does not send Sec-Fetch-Site yet.")]
    [TestCase(null, null, true, "ORIGIN_NOT_ALLOWED")]
    [TestCase(null, "same-origin", true, "ORIGIN_NOT_ALLOWED")]
    [TestCase("null", "cross-site", true, "ORIGIN_NOT_ALLOWED", Description = "A sandboxed frame or a file.")]
    [TestCase("http://evil.test", "cross-site", true, "ORIGIN_NOT_ALLOWED")]
    [TestCase("other", "same-site", true, "ORIGIN_NOT_ALLOWED")]
    [TestCase("own", "cross-site", true, "ORIGIN_NOT_ALLOWED")]
    [TestCase("own", "same-site", true, "ORIGIN_NOT_ALLOWED")]
    [TestCase("own", "none", true, "ORIGIN_NOT_ALLOWED")]
    [TestCase("https-own", "same-origin", true, "ORIGIN_NOT_ALLOWED")]
    [TestCase("own", "same-origin", false, "TOKEN_WRONG")]
    public async Task A_sale_is_taken_from_the_kiosks_own_page_only(string? origin, string? site, bool withToken, string? refusal)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sales") { Content = Shop.Json(Shop.Sale()) };
        if (origin is not null) request.Headers.Add("Origin", Origin(origin));
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("X-EdgeRetail-Token", withToken ? await Shop.Token() : new string('0', 64));
        var response = await Shop.Browser().SendAsync(request);

        if (refusal is null) Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        else Assert.That((await ProblemOf(response)).Code, Is.EqualTo(refusal));
        Assert.That(Shop.SalesInLedger, Is.EqualTo(refusal is null ? 1 : 0));
    }

    [TestCase("/api/v1/events", "other", "same-site")]
    [TestCase("/api/v1/events", "http://evil.test", "cross-site")]
    [TestCase("/api/v1/events", null, "cross-site")]
    [TestCase("/api/v1/status", null, "same-site")]
    [TestCase("/icon.svg", null, "cross-site")]
    public async Task Another_page_reads_nothing(string path, string? origin, string site)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (origin is not null) request.Headers.Add("Origin", Origin(origin));
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("Sec-Fetch-Mode", "no-cors");
        var response = await Shop.Browser().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.That((await ProblemOf(response)).Code, Is.EqualTo("ORIGIN_NOT_ALLOWED"));
        Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
    }

    [Test]
    public async Task A_link_may_open_the_page_but_not_the_API()
    {
        foreach (var (path, allowed) in new[] { ("/", true), ("/api/v1/status", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
            Assert.That((await Shop.Browser().SendAsync(request)).IsSuccessStatusCode, Is.EqualTo(allowed), path);
        }
    }

    [TestCase("OPTIONS")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("TRACE")]
    public async Task Other_methods_lead_nowhere(string method)
    {
        using var preflight = new HttpRequestMessage(new(method), "/api/v1/sales");
        preflight.Headers.Add("Origin", "http://evil.test");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        Assert.That((int)(await Shop.Browser().SendAsync(preflight)).StatusCode, Is.EqualTo(403));

        using var own = await Shop.PageRequest(new(method), "/api/v1/sales", null);
        Assert.That((await ProblemOf(await Shop.Browser().SendAsync(own))).Code, Is.EqualTo("METHOD_NOT_ALLOWED"));
    }

    [Test]
    public async Task Every_answer_tells_the_browser_what_it_may_do()
    {
        foreach (var path in (string[])["/", "/api/v1/status", "/api/v1/nowhere", "/icon.svg"])
        {
            var response = await Shop.Browser().GetAsync(path);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(policy, Does.StartWith("default-src 'none'; script-src 'self'; style-src 'self';").And.Contain("frame-ancestors 'none'"));
                Assert.That(policy, Does.Not.Contain("unsafe").And.Not.Contain("*").And.Not.Contain("http"));
                Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
                Assert.That(response.Headers.GetValues("Referrer-Policy"), Is.EqualTo(new[] { "no-referrer" }));
                Assert.That(response.Headers.GetValues("Cross-Origin-Resource-Policy"), Is.EqualTo(new[] { "same-origin" }));
                Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
                Assert.That(response.Headers.Contains("Server"), Is.False);
            }
        }
    }

    [Test]
    public async Task Every_start_has_a_token_of_its_own()
    {
        var before = await Shop.Token();
        await Shop.Stop();
        await Shop.Start();
        var after = await Shop.Token();

        Assert.That(before, Does.Match("^[0-9a-f]{64}$"));
        Assert.That(after, Is.Not.EqualTo(before));
    }

    [Test]
    public async Task Nobody_outside_the_machine_can_connect()
    {
        // As the kernel has it: 0100007F is 127.0.0.1, state 0A is listening.
        var port = Shop.Address.Port.ToString("X4", CultureInfo.InvariantCulture);
        var listening = (await File.ReadAllLinesAsync("/proc/net/tcp")).Concat(File.Exists("/proc/net/tcp6") ? await File.ReadAllLinesAsync("/proc/net/tcp6") : [])
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields[3] == "0A" && fields[1].EndsWith($":{port}", StringComparison.Ordinal)).Select(fields => fields[1]);

        Assert.That(listening, Is.EqualTo(new[] { $"0100007F:{port}" }));
    }

    [Test]
    public async Task A_port_in_use_is_named_with_the_next_step()
    {
        using var directory = new TemporaryDirectory();
        await using var second = KioskApp.Build(new(Shop.Address.Port, directory["agent.sock"], "0.1.0-test"), Shop.Agent, NullLoggerFactory.Instance);

        var refusal = Assert.ThrowsAsync<KioskStartException>(() => second.StartAsync(CancellationToken.None))!;
        Assert.That((refusal.Code, refusal.NextStep), Is.EqualTo(("KIOSK_PORT_IN_USE", "Stop that program, or choose another port with --kiosk-port (0 takes a free one).")));
    }

    [Test]
    public async Task The_socket_asks_for_no_token_but_for_JSON()
    {
        var response = await Shop.Socket().PostAsync("/api/v1/sales", new StringContent("{}", System.Text.Encoding.UTF8, "text/plain"));
        Assert.That((await ProblemOf(response)).Code, Is.EqualTo("CONTENT_TYPE_NOT_JSON"));
        Assert.That((await Shop.Socket().PostAsync("/api/v1/sales", Shop.Json(Shop.Sale()))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    string Origin(string name) => name switch
    {
        "own" => Shop.Address.GetLeftPart(UriPartial.Authority),
        "https-own" => $"https://127.0.0.1:{Shop.Address.Port}",
        "other" => "http://127.0.0.1:1",
        _ => name,
    };
}
