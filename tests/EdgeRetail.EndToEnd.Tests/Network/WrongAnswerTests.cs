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

    [TestCase("200 OK\r\nContent-Type: text/html", TestName = "A_captive_portal_that_answers_every_request_with_its_page_is_no_cloud")]
    [TestCase("302 Found\r\nLocation: http://login.example/", TestName = "A_captive_portal_that_sends_every_request_elsewhere_is_no_cloud")]
    public async Task A_captive_portal_is_no_cloud(string answer)
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        using var portal = new TcpListener(IPAddress.Loopback, 0);
        portal.Start();
        using var closing = new CancellationTokenSource();
        var asked = new int[1];
        var answering = AnswerAsync(portal, $"HTTP/1.1 {answer}\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}", asked, closing.Token);
        kiosk.Link.TargetPort = ((IPEndPoint)portal.LocalEndpoint).Port;
        kiosk.Link.Cut();
        await Eventually.IsTrue(
            async () =>
            {
                await kiosk.NudgeAsync();
                return Volatile.Read(ref asked[0]) >= 2;
            },
            "the portal is asked, and asked again");

        await SellsOfflineAsync(kiosk);
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
        await SellsOfflineAsync(kiosk);
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

    static async Task SellsOfflineAsync(Kiosk kiosk)
    {
        await kiosk.SellAsync(5, new(1));
        var sync = await Eventually.Holds(
            async () => (await kiosk.StatusAsync()).GetProperty("sync"),
            state => state.GetProperty("state").GetString() == "offline",
            "the device says that it is offline");
        TestContext.Out.WriteLine(sync);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sync.GetProperty("words").GetString(), Does.Contain("selling goes on"));
            Assert.That(sync.ToString(), Does.Contain("CLOUD_").Or.Contain("CALL_FAILED"), "a code that a person can look up");
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
