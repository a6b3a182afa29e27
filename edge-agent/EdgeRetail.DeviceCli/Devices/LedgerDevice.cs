using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Devices;

/// <summary>The ledger, held by this process for the length of one command.</summary>
sealed class LedgerDevice(Agent agent, SyncWorkerOptions sync, Random random, ILoggerFactory loggers) : IDevice
{
    readonly LocalDesk desk = new(agent, sync.Device.SoftwareVersion);

    public Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) => Task.FromResult(desk.Status());

    public Task<ProductsResponse> SearchProductsAsync(string text, int limit, CancellationToken cancellationToken) => Answer(desk.SearchProducts(text, limit));

    public Task<StockResponse> FindStockAsync(string text, int limit, CancellationToken cancellationToken) => Answer(desk.FindStock(text, limit));

    public Task<StockResponse> StockAsync(string? product, string? after, int limit, CancellationToken cancellationToken) => Answer(desk.Stock(product, after, limit));

    public Task<ExplainResponse> ExplainAsync(string product, CancellationToken cancellationToken) => Answer(desk.Explain(product));

    public Task<TraceResponse> TraceAsync(string receipt, CancellationToken cancellationToken) => Answer(desk.Trace(receipt));

    public Task<ReceiptView> ReceiptAsync(string number, CancellationToken cancellationToken) => Answer(desk.Receipt(number));

    public Task<OutboxResponse> OutboxAsync(int limit, CancellationToken cancellationToken) => Answer(desk.Outbox(limit));

    public Task<VerifyResponse> VerifyAsync(CancellationToken cancellationToken) => Task.FromResult(desk.Verify());

    public Task<RecordedResponse> RecordAsync(SaleRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(RefundRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(VoidRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(GoodsReceivedRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(StockOpenedRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(AdjustmentRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(WasteRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));
    public Task<RecordedResponse> RecordAsync(CountRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(EditRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<EditsResponse> EditsAsync(int limit, CancellationToken cancellationToken) => Answer(desk.Edits(limit));

    public Task<RecordedResponse> RecordAsync(CashRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<RecordedResponse> RecordAsync(CloseDayRequest request, CancellationToken cancellationToken) => Answer(desk.Record(request));

    public Task<DayResponse> DayAsync(CancellationToken cancellationToken) => Task.FromResult(desk.Day());

    public Task<CertificateResponse> CertificateAsync(string date, CancellationToken cancellationToken) => Answer(desk.Certificate(date));

    public async Task SyncAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, agent.Time);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var end = await new SyncWorker(agent, sync, random, loggers.CreateLogger<SyncWorker>()).RunOnceAsync(stopping.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (limit.IsCancellationRequested) throw SyncFailure.TimedOut(desk.Status(), patience);
        if (end.Retry != SyncRetry.Stopped) throw SyncFailure.Of(end.Code, end.Message);
    }

    public ValueTask DisposeAsync()
    {
        agent.Dispose();
        return ValueTask.CompletedTask;
    }

    static Task<T> Answer<T>(Reply<T> reply) => reply switch
    {
        Reply<T>.Given given => Task.FromResult(given.Value),
        Reply<T>.Refused refused => throw CommandFailure.Of(refused.Problem),
        _ => throw new InvalidOperationException(reply.ToString()),
    };
}
