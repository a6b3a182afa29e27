using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Devices;

/// <summary>The agent that <c>edgeretail run</c> holds open, over its socket.</summary>
sealed class SocketDevice : IDevice
{
    public const string WentAway = "AGENT_WENT_AWAY";

    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    readonly HttpClient http;
    readonly TimeProvider clock;

    SocketDevice(HttpClient http, TimeProvider clock)
    {
        this.http = http;
        this.clock = clock;
    }

    /// <summary>Null where nobody answers on the socket.</summary>
    public static async Task<SocketDevice?> ConnectAsync(string socketPath, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!File.Exists(socketPath)) return null;
        Socket? first = null;
        try
        {
            first = await OpenAsync(socketPath, cancellationToken);
        }
        catch (SocketException)
        {
            // An agent that was killed leaves its socket behind.
            return null;
        }

        var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, token) => new NetworkStream(Interlocked.Exchange(ref first, null) ?? await OpenAsync(socketPath, token), ownsSocket: true),
        })
        {
            BaseAddress = new Uri("http://localhost/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        return new(http, clock);
    }

    public Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) => GetAsync("api/v1/status", ApiJson.Default.StatusResponse, cancellationToken);

    public Task<ProductsResponse> SearchProductsAsync(string text, int limit, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/products?q={Uri.EscapeDataString(text)}&limit={limit}", ApiJson.Default.ProductsResponse, cancellationToken);

    public Task<StockResponse> FindStockAsync(string text, int limit, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/stock?q={Uri.EscapeDataString(text)}&limit={limit}", ApiJson.Default.StockResponse, cancellationToken);

    public Task<StockResponse> StockAsync(string? product, string? after, int limit, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/stock?limit={limit}{Parameter("product", product)}{Parameter("after", after)}", ApiJson.Default.StockResponse, cancellationToken);

    public Task<ExplainResponse> ExplainAsync(string product, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/explain?product={Uri.EscapeDataString(product)}", ApiJson.Default.ExplainResponse, cancellationToken);

    public Task<TraceResponse> TraceAsync(string receipt, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/trace?receipt={Uri.EscapeDataString(receipt)}", ApiJson.Default.TraceResponse, cancellationToken);

    public Task<ReceiptView> ReceiptAsync(string number, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/receipts/{Uri.EscapeDataString(number)}", ApiJson.Default.ReceiptView, cancellationToken);

    public Task<OutboxResponse> OutboxAsync(int limit, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/outbox?limit={limit}", ApiJson.Default.OutboxResponse, cancellationToken);

    public Task<VerifyResponse> VerifyAsync(CancellationToken cancellationToken) => GetAsync("api/v1/verify", ApiJson.Default.VerifyResponse, cancellationToken);

    /// <summary>Asks the running agent to check its ledger and mend it.</summary>
    public async Task<RepairResponse> RepairAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "api/v1/repair"), cancellationToken);
        return await ReadAsync(response, ApiJson.Default.RepairResponse, cancellationToken);
    }

    /// <summary>What became of it.</summary>
    public Task<RepairResponse> RepairedAsync(CancellationToken cancellationToken) => GetAsync("api/v1/repair", ApiJson.Default.RepairResponse, cancellationToken);

    public Task<RecordedResponse> RecordAsync(SaleRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/sales", request, ApiJson.Default.SaleRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(RefundRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/refunds", request, ApiJson.Default.RefundRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(VoidRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/voids", request, ApiJson.Default.VoidRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(GoodsReceivedRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/goods-received", request, ApiJson.Default.GoodsReceivedRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(StockOpenedRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/stock-opened", request, ApiJson.Default.StockOpenedRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(AdjustmentRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/adjustments", request, ApiJson.Default.AdjustmentRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(WasteRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/waste", request, ApiJson.Default.WasteRequest, request.CommandId, cancellationToken);
    public Task<RecordedResponse> RecordAsync(CountRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/counts", request, ApiJson.Default.CountRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(EditRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/edits", request, ApiJson.Default.EditRequest, request.CommandId, cancellationToken);

    public Task<EditsResponse> EditsAsync(int limit, CancellationToken cancellationToken) => GetAsync($"api/v1/edits?limit={limit}", ApiJson.Default.EditsResponse, cancellationToken);

    public Task<RecordedResponse> RecordAsync(CashRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/cash", request, ApiJson.Default.CashRequest, request.CommandId, cancellationToken);

    public Task<RecordedResponse> RecordAsync(CloseDayRequest request, CancellationToken cancellationToken) =>
        PostAsync("api/v1/day-closes", request, ApiJson.Default.CloseDayRequest, request.CommandId, cancellationToken);

    public Task<DayResponse> DayAsync(CancellationToken cancellationToken) => GetAsync("api/v1/day", ApiJson.Default.DayResponse, cancellationToken);

    public Task<CertificateResponse> CertificateAsync(string date, CancellationToken cancellationToken) =>
        GetAsync($"api/v1/day-closes/{Uri.EscapeDataString(date)}/certificate", ApiJson.Default.CertificateResponse, cancellationToken);

    /// <summary>The running agent syncs by itself; it is asked not to wait, and watched until nothing is left to send or to take, or it fails.</summary>
    public async Task SyncAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using (await SendAsync(new HttpRequestMessage(HttpMethod.Post, "api/v1/sync"), cancellationToken))
        {
        }

        while (true)
        {
            var status = await StatusAsync(cancellationToken);
            if (status is { Sync: { State: "connected", UpToDate: true }, Outbox.Count: 0, PendingCount: 0 }) return;
            // A next attempt is set once the one that was asked for has failed.
            if (status.Sync is { State: "offline" or "held", NextAttemptAt: not null, LastErrorCode: { } code }) throw SyncFailure.Of(code, status.Sync.LastErrorMessage ?? "");
            if (clock.GetElapsedTime(started) > patience) throw SyncFailure.TimedOut(status, patience);
            await Task.Delay(PollInterval, clock, cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    static async Task<Socket> OpenAsync(string socketPath, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    async Task<RecordedResponse> PostAsync<T>(string path, T request, JsonTypeInfo<T> type, Guid? commandId, CancellationToken cancellationToken)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, type));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = body }, cancellationToken);
            return await ReadAsync(response, ApiJson.Default.RecordedResponse, cancellationToken);
        }
        catch (CommandFailure e) when (e.Error.Code == WentAway)
        {
            throw new CommandFailure(e.Error with { NextStep = $"Give the command again with --command-id {commandId}: it is recorded once, whether it was recorded now or not." }, e.ExitCode, e);
        }
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CommandFailure(
                new(WentAway, $"The running agent did not answer: {e.Message}", "Give the command again; 'edgeretail status' says whether the agent runs."), ExitCode.Ledger, e);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.NotFound && response.Content.Headers.ContentType?.MediaType != "application/problem+json") throw OtherVersion(null);
            throw CommandFailure.Of(await ReadAsync(response, ApiJson.Default.Problem, cancellationToken));
        }
    }

    static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(cancellationToken), type, cancellationToken) ?? throw OtherVersion(null);
        }
        catch (JsonException e)
        {
            throw OtherVersion(e);
        }
    }

    static CommandFailure OtherVersion(Exception? cause) => new(
        new("AGENT_OF_OTHER_VERSION", "The running agent answers in a way that this program does not know.", "Restart 'edgeretail run', so that both are of one version."), ExitCode.Ledger, cause);
}
