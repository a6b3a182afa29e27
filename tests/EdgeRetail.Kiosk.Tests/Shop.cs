using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.Kiosk.Api;
using EdgeRetail.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.Kiosk.Tests;

/// <summary>One kiosk as it stands in a shop: an enrolled agent over a real SQLite ledger, and its page and API on Kestrel.</summary>
sealed partial class Shop : IAsyncDisposable
{
    public const string Chocolate = "4006381333931";
    public const string Milk = "8076809570787";
    public const string Cheese = "CHEESE-1";
    public const string Candle = "85123A";

    readonly TemporaryDirectory directory = new();
    readonly List<HttpClient> clients = [];
    KioskApp? kiosk;
    Agent? agent;
    int port;
    long catalogueVersion;
    long storeVersion;

    Shop()
    {
    }

    public Agent Agent => agent ?? throw new InvalidOperationException("The agent is not running.");

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public string SocketPath => directory["agent.sock"];

    public int SyncsAsked { get; private set; }

    /// <summary>Opens with a small catalogue and some stock, with the sync connected.</summary>
    public static async Task<Shop> Open(string currency = "EUR", Action<Shop>? before = null)
    {
        var shop = new Shop();
        var money = Currency.Parse(currency);
        Agent.Enrol(new(shop.directory.Path), TimeProvider.System, new(
            new("http://127.0.0.1:5001"), new(7), "T1", "erd_secret", new(new Guid("11111111-2222-4333-8444-555555555555")), "1", new(1), 1, "Corner Shop Berlin", money, "Europe/Berlin", 240, 1));
        await shop.Start(before: _ =>
        {
            shop.Catalogue(
                Row(Chocolate, "Dark chocolate 70 %", "Alpine", "100 g", 249, money),
                Row(Milk, "Whole milk", "Meadow", "1 l", 129, money),
                Row(Cheese, "Mountain cheese", "Alpine", "loose", 1999, money, Unit.Kilogram),
                Row(Candle, "White hanging heart T-light holder", "", "", 255, money),
                Row("5449000000996", "Cola, original taste", "Cola Company", "330 ml", 119, money),
                Row("8010445000444", "Olio extravergine d’oliva", "Clemente", "1 l", 899, money),
                Row("7622210449283", "Biscuits goût chocolat", "Prince", "300 g", 199, money),
                Row("5000112637922", "Crème fraîche bread", "Baker", "500 g", 349, money));
            shop.Stock((Chocolate, 24_000), (Milk, 6_000), (Cheese, 12_450), ("5449000000996", 48_000), ("7622210449283", -2_000), ("5000112637922", 0));
            shop.Connected();
            before?.Invoke(shop);
        });
        return shop;
    }

    /// <summary>Starts the agent, again on the port it had.</summary>
    public async Task Start(Action<Shop>? before = null)
    {
        agent = Agent.Open(new(directory.Path), TimeProvider.System);
        before?.Invoke(this);
        kiosk = KioskApp.Build(new(port, SocketPath, "0.1.0-test") { SyncNow = () => SyncsAsked++ }, agent, NullLoggerFactory.Instance);
        Address = (await kiosk.StartAsync(CancellationToken.None)).Page;
        port = Address.Port;
    }

    public async Task Stop()
    {
        if (kiosk is not null)
        {
            await kiosk.StopAsync(CancellationToken.None);
            await kiosk.DisposeAsync();
        }

        agent?.Dispose();
        (kiosk, agent) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await Stop();
        directory.Dispose();
    }

    public static ProductCode Code(string text) => ((ProductCodeReading.Accepted)ProductCode.Read(text)).Code;

    public static ProductRow Row(string code, string name, string brand, string size, long priceMinor, Currency currency, Unit unit = Unit.Each) =>
        new(0, Code(code), name, brand, size, new(priceMinor, currency), unit);

    /// <summary>Brings products down as a page of the catalogue feed.</summary>
    public void Catalogue(params ProductRow[] rows)
    {
        var from = catalogueVersion;
        var numbered = rows.Select(row => row with { Version = ++catalogueVersion }).ToArray();
        Assert.That(Agent.Cache.ApplyCataloguePage(new(from, catalogueVersion, HashOf(catalogueVersion), numbered)), Is.TypeOf<PageOutcome.Applied>());
    }

    /// <summary>Brings stock figures down as a page of the store feed.</summary>
    public void Stock(params (string Product, long OnHandThousandths)[] figures)
    {
        var from = storeVersion;
        var rows = figures.Select(figure => new EffectRow(++storeVersion, new(new Guid((int)storeVersion, 0, 0, new byte[8])), Code(figure.Product), figure.OnHandThousandths, figure.OnHandThousandths, false)).ToArray();
        Assert.That(Agent.Cache.ApplyStorePage(new(new(1), from, storeVersion, HashOf(storeVersion), rows, null)), Is.TypeOf<PageOutcome.Applied>());
    }

    public void Connected() => Agent.SyncStatus.Update(new(SyncState.Connected, TimeProvider.System.GetUtcNow(), null, null, null, null));

    public void Offline() => Agent.SyncStatus.Update(new(SyncState.Offline, TimeProvider.System.GetUtcNow().AddMinutes(-7), null, null, null, TimeProvider.System.GetUtcNow().AddSeconds(30)));

    /// <summary>The sales in the ledger; nothing acknowledges them here, so the outbox has them all.</summary>
    public int SalesInLedger => Agent.Queries.Outbox(10_000).Count(item => item.Kind == EntryKind.SaleRecorded);

    public HttpClient Browser() => Keep(new HttpClient { BaseAddress = Address });

    public HttpClient Socket(int timeoutSeconds = 30) => Keep(new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new("http://agent/"), Timeout = TimeSpan.FromSeconds(timeoutSeconds) });

    /// <summary>The token that the page carries now.</summary>
    public async Task<string> Token() => TokenMeta().Match(await Browser().GetStringAsync("/")).Groups[1].Value;

    /// <summary>A request as the page itself makes it.</summary>
    public async Task<HttpRequestMessage> PageRequest(HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("X-EdgeRetail-Token", await Token());
        return request;
    }

    public static SaleRequest Sale(Guid? command = null, string product = Chocolate, long count = 1) => new("ann", [new(product, count * 1000)], "cash", command);

    public static JsonContent Json(SaleRequest sale) => JsonContent.Create(sale, ApiJson.Default.SaleRequest);

    static FeedHash HashOf(long version) => new(Hash256.Of(BitConverter.GetBytes(version)));

    HttpClient Keep(HttpClient client)
    {
        clients.Add(client);
        return client;
    }

    [GeneratedRegex("<meta name=\"edgeretail-token\" content=\"([0-9a-f]+)\">")]
    private static partial Regex TokenMeta();
}
