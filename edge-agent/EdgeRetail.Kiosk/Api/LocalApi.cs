using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeRetail.Kiosk.Guard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// The local API. The page gets what it needs to sell, to count and to show; everything that changes stock or money otherwise is
/// answered on the socket only, so that nobody at the screen can do it.
/// </summary>
sealed class LocalApi(LocalDesk desk, KioskOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/status", context => Write(context, desk.Status(), ApiJson.Default.StatusResponse));
        routes.MapGet("/api/v1/products", SearchProducts);
        routes.MapGet("/api/v1/products/{code}", context => Write(context, desk.FindProduct(InPath(context, "code")), ApiJson.Default.ProductView));
        routes.MapGet("/api/v1/stock", GetStock);
        routes.MapGet("/api/v1/explain", context => Write(context, desk.Explain(context.Request.Query["product"].ToString()), ApiJson.Default.ExplainResponse));
        routes.MapGet("/api/v1/receipts/{number}", context => Write(context, desk.Receipt(InPath(context, "number")), ApiJson.Default.ReceiptView));
        routes.MapGet("/api/v1/trace", OnSocket(context => Write(context, desk.Trace(context.Request.Query["receipt"].ToString()), ApiJson.Default.TraceResponse)));
        routes.MapPost("/api/v1/sales", context => Record(context, ApiJson.Default.SaleRequest, desk.Record));
        routes.MapPost("/api/v1/counts", context => Record(context, ApiJson.Default.CountRequest, desk.Record));

        routes.MapGet("/api/v1/day", context => Write(context, desk.Day(), ApiJson.Default.DayResponse));
        routes.MapPost("/api/v1/day-closes", context => Record(context, ApiJson.Default.CloseDayRequest, desk.Record));
        routes.MapGet("/api/v1/day-closes/{date}/certificate", context => Write(context, desk.Certificate(InPath(context, "date")), ApiJson.Default.CertificateResponse));

        routes.MapGet("/api/v1/outbox", OnSocket(GetOutbox));
        routes.MapGet("/api/v1/verify", OnSocket(context => Write(context, desk.Verify(), ApiJson.Default.VerifyResponse)));
        routes.MapPost("/api/v1/sync", OnSocket(SyncNow));
        routes.MapGet("/api/v1/repair", OnSocket(context => Write(context, desk.Repaired(), ApiJson.Default.RepairResponse)));
        routes.MapPost("/api/v1/repair", OnSocket(Repair));
        routes.MapPost("/api/v1/refunds", OnSocket(context => Record(context, ApiJson.Default.RefundRequest, desk.Record)));
        routes.MapPost("/api/v1/voids", OnSocket(context => Record(context, ApiJson.Default.VoidRequest, desk.Record)));
        routes.MapPost("/api/v1/goods-received", OnSocket(context => Record(context, ApiJson.Default.GoodsReceivedRequest, desk.Record)));
        routes.MapPost("/api/v1/stock-opened", OnSocket(context => Record(context, ApiJson.Default.StockOpenedRequest, desk.Record)));
        routes.MapPost("/api/v1/adjustments", OnSocket(context => Record(context, ApiJson.Default.AdjustmentRequest, desk.Record)));
        routes.MapPost("/api/v1/waste", OnSocket(context => Record(context, ApiJson.Default.WasteRequest, desk.Record)));
        routes.MapGet("/api/v1/edits", GetEdits);
        routes.MapPost("/api/v1/edits", OnSocket(context => Record(context, ApiJson.Default.EditRequest, desk.Record)));
        routes.MapPost("/api/v1/cash", OnSocket(context => Record(context, ApiJson.Default.CashRequest, desk.Record)));
    }

    Task SearchProducts(HttpContext context) => Limit(context, 20) is { } limit
        ? Write(context, desk.SearchProducts(context.Request.Query["q"].ToString(), limit), ApiJson.Default.ProductsResponse)
        : Problems.Write(context, LocalDesk.LimitInvalid(LocalDesk.ProductsMax));

    Task GetStock(HttpContext context)
    {
        var query = context.Request.Query;
        if (Limit(context, 50) is not { } limit) return Problems.Write(context, LocalDesk.LimitInvalid(LocalDesk.StockMax));
        var text = query["q"].ToString();
        return Write(
            context,
            text.Length > 0 ? desk.FindStock(text, limit) : desk.Stock(Given(context, "product"), Given(context, "after"), limit),
            ApiJson.Default.StockResponse);
    }

    Task GetOutbox(HttpContext context) => Limit(context, 100) is { } limit
        ? Write(context, desk.Outbox(limit), ApiJson.Default.OutboxResponse)
        : Problems.Write(context, LocalDesk.LimitInvalid(LocalDesk.OutboxMax));

    Task GetEdits(HttpContext context) => Limit(context, 50) is { } limit
        ? Write(context, desk.Edits(limit), ApiJson.Default.EditsResponse)
        : Problems.Write(context, LocalDesk.LimitInvalid(LocalDesk.EditsMax));

    Task SyncNow(HttpContext context)
    {
        options.SyncNow?.Invoke();
        return Write(context, new SyncResponse(options.SyncNow is not null), ApiJson.Default.SyncResponse);
    }

    async Task Repair(HttpContext context)
    {
        if (options.Repair is { } repair) repair();
        await Write(context, desk.Repaired(), ApiJson.Default.RepairResponse);
    }

    /// <summary>Answers 200 only after the ledger's commit. From there on nothing cancels: a page that went away asks again with the same command id.</summary>
    static async Task Record<TBody>(HttpContext context, JsonTypeInfo<TBody> type, Func<TBody, Reply<RecordedResponse>> record) where TBody : class
    {
        var (body, bad) = await ReadBody(context, type);
        if (body is null) await Problems.Write(context, bad!);
        else await Write(context, record(body), ApiJson.Default.RecordedResponse);
    }

    static async Task<(TBody? Body, Problem? Bad)> ReadBody<TBody>(HttpContext context, JsonTypeInfo<TBody> type) where TBody : class
    {
        if (!context.Request.HasJsonContentType()) return (null, Problems.NotJson);
        try
        {
            var body = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            return body is null ? (null, Problems.NotUnderstood("The body is null.")) : (body, null);
        }
        catch (JsonException exception)
        {
            return (null, Problems.NotUnderstood($"The body does not fit at {exception.Path ?? "$"}: {exception.Message}"));
        }
    }

    static RequestDelegate OnSocket(RequestDelegate handle) => context =>
        context.Features.Get<SocketConnection>() is null ? Problems.Write(context, Problems.SocketOnly) : handle(context);

    static Task Write<T>(HttpContext context, Reply<T> reply, JsonTypeInfo<T> type) => reply switch
    {
        Reply<T>.Given given => Write(context, given.Value, type),
        Reply<T>.Refused refused => Problems.Write(context, refused.Problem),
        _ => throw new InvalidOperationException(reply.ToString()),
    };

    static Task Write<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    /// <summary>A slash inside a code stays %2F in the path.</summary>
    static string InPath(HttpContext context, string name) => Uri.UnescapeDataString((string)context.Request.RouteValues[name]!);

    static string? Given(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>Null where the limit is no whole number above 0; how large it may be is the desk's.</summary>
    static int? Limit(HttpContext context, int otherwise)
    {
        var text = context.Request.Query["limit"].ToString();
        if (text.Length == 0) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : null;
    }
}
