using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// The local API's JSON, without reflection. Unknown members are refused: a mistyped <c>commandid</c> must not turn a retry
/// into a second sale.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SaleRequest))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(VoidRequest))]
[JsonSerializable(typeof(GoodsReceivedRequest))]
[JsonSerializable(typeof(StockOpenedRequest))]
[JsonSerializable(typeof(AdjustmentRequest))]
[JsonSerializable(typeof(WasteRequest))]
[JsonSerializable(typeof(CountRequest))]
[JsonSerializable(typeof(EditRequest))]
[JsonSerializable(typeof(CashRequest))]
[JsonSerializable(typeof(CloseDayRequest))]
[JsonSerializable(typeof(RecordedResponse))]
[JsonSerializable(typeof(DayResponse))]
[JsonSerializable(typeof(CertificateResponse))]
[JsonSerializable(typeof(ReceiptView))]
[JsonSerializable(typeof(ProductView))]
[JsonSerializable(typeof(ProductsResponse))]
[JsonSerializable(typeof(StockResponse))]
[JsonSerializable(typeof(ExplainResponse))]
[JsonSerializable(typeof(TraceResponse))]
[JsonSerializable(typeof(EditsResponse))]
[JsonSerializable(typeof(OutboxResponse))]
[JsonSerializable(typeof(VerifyResponse))]
[JsonSerializable(typeof(SyncResponse))]
[JsonSerializable(typeof(RepairResponse))]
[JsonSerializable(typeof(StatusResponse))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
