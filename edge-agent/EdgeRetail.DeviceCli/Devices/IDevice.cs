using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Devices;

/// <summary>
/// The agent as commands see it, wherever it runs: opened by this process, or by <c>edgeretail run</c> behind its socket.
/// Whatever it refuses comes as a <see cref="Output.CommandFailure"/>, the same from both.
/// </summary>
interface IDevice : IAsyncDisposable
{
    Task<StatusResponse> StatusAsync(CancellationToken cancellationToken);

    Task<ProductsResponse> SearchProductsAsync(string text, int limit, CancellationToken cancellationToken);

    Task<StockResponse> FindStockAsync(string text, int limit, CancellationToken cancellationToken);

    Task<StockResponse> StockAsync(string? product, string? after, int limit, CancellationToken cancellationToken);

    Task<ExplainResponse> ExplainAsync(string product, CancellationToken cancellationToken);

    Task<TraceResponse> TraceAsync(string receipt, CancellationToken cancellationToken);

    Task<ReceiptView> ReceiptAsync(string number, CancellationToken cancellationToken);

    Task<OutboxResponse> OutboxAsync(int limit, CancellationToken cancellationToken);

    Task<VerifyResponse> VerifyAsync(CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(SaleRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(RefundRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(VoidRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(GoodsReceivedRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(StockOpenedRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(AdjustmentRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(WasteRequest request, CancellationToken cancellationToken);
    Task<RecordedResponse> RecordAsync(CountRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(EditRequest request, CancellationToken cancellationToken);

    Task<EditsResponse> EditsAsync(int limit, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(CashRequest request, CancellationToken cancellationToken);

    Task<RecordedResponse> RecordAsync(CloseDayRequest request, CancellationToken cancellationToken);

    Task<DayResponse> DayAsync(CancellationToken cancellationToken);

    Task<CertificateResponse> CertificateAsync(string date, CancellationToken cancellationToken);

    /// <summary>Sends what waits and takes what is new, or fails with why not.</summary>
    Task SyncAsync(TimeSpan patience, CancellationToken cancellationToken);
}
