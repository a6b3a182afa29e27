using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Network;

/// <summary>Something answers where the cloud should, or nothing does: the device says so, sells on, and finds the cloud again by itself.</summary>
public sealed class WrongAnswerTests
{
    const string Page = "<html><body>Welcome to the mall's network. Please log in.</body></html>";

    [TestCase("HTTP/1.1 200 OK\r\nContent-Type: text/html", TestName = "A_captive_portal_that_answers_every_request_with_its_page_is_no_cloud")]
    [TestCase("HTTP/1.1 302 Found\r\nLocation: http://login.example/", TestName = "A_captive_portal_that_sends_every_request_elsewhere_is_no_cloud")]
    [TestCase("\u0015\u0003\u0001\u0000\u0002\u0002\u0046", TestName = "A_TLS_proxy_that_understands_no_plain_HTTP_is_no_cloud")]
    public async Task A_captive_portal_is_no_cloud(string answer)
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        using var portal = new TcpListener(IPAddress.Loopback, 0);
        portal.Start();
        using var closing = new CancellationTokenSource();
        var asked = new int[1];
        var answering = AnswerAsync(portal, answer.StartsWith("HTTP/", StringComparison.Ordinal) ? $"{answer}\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}" : answer, asked, closing.Token);
        kiosk.Link.TargetPort = ((IPEndPoint)portal.LocalEndpoint).Port;
        kiosk.Link.Cut();
        await Eventually.IsTrue(
            async () =>
            {
                await kiosk.NudgeAsync();
                return Volatile.Read(ref asked[0]) >= 2;
            },
            "the portal is asked, and asked again");

        await SellsOfflineAsync(kiosk, "NETWORK_INTERCEPTED");
        kiosk.Link.TargetPort = shop.Replica.GrpcPort;
        await shop.DrainAsync();
        await shop.CheckAsync();
        await closing.CancelAsync();
        await answering;
    }

    [Test]
    public async Task A_cloud_that_refuses_connections_is_named_and_found_again()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        kiosk.Link.Refuse();
        await SellsOfflineAsync(kiosk, "CLOUD_UNREACHABLE");
        kiosk.Link.Heal();
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    [Test]
    public async Task A_trembling_and_narrow_link_loses_nothing()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        kiosk.Link.Jitter = TimeSpan.FromMilliseconds(80);
        kiosk.Link.BytesPerSecond = 4000;
        await kiosk.SellAsync(60, new(1));
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    static async Task SellsOfflineAsync(Kiosk kiosk, string code)
    {
        await kiosk.SellAsync(5, new(1));
        var sync = await Eventually.Holds(
            async () => (await kiosk.StatusAsync()).GetProperty("sync"),
            state => state.GetProperty("state").GetString() == "offline" && state.GetProperty("lastErrorCode").GetString() == code,
            $"the device says that it is offline, and {code}");
        TestContext.Out.WriteLine(sync);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sync.GetProperty("words").GetString(), Does.Contain("selling goes on"));
            if (code == "NETWORK_INTERCEPTED")
            {
                Assert.That(sync.GetProperty("words").GetString(), Does.Contain("Something between this device and the cloud answers"));
                Assert.That(sync.GetProperty("nextStep").GetString(), Does.Contain("Open a browser on this network"));
            }
        }

        await kiosk.SellAsync(5, new(2));
    }

    static async Task AnswerAsync(TcpListener portal, string answer, int[] asked, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = await portal.AcceptTcpClientAsync(cancellationToken);
                Interlocked.Increment(ref asked[0]);
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096], cancellationToken);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // Who asked has gone, or the test has.
            }
        }
    }
}
