using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.Kiosk.Guard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// The local API. The page gets what it needs to sell and to show; everything that changes stock or money otherwise is
/// answered on the socket only, so that nobody at the screen can do it.
/// </summary>
sealed class LocalApi(Agent agent, KioskOptions options)
{
    const int SearchTextCharactersMax = 80;
    const int ProductsMax = 100;
    const int StockMax = 500;
    const int OutboxMax = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/status", GetStatus);
        routes.MapGet("/api/v1/products", SearchProducts);
        routes.MapGet("/api/v1/products/{code}", FindProduct);
        routes.MapGet("/api/v1/stock", GetStock);
        routes.MapGet("/api/v1/receipts/{number}", GetReceipt);
        routes.MapPost("/api/v1/sales", context => Record(context, ApiJson.Default.SaleRequest, (reader, body) => reader.Read(body), agent.Commands.Execute));

        routes.MapGet("/api/v1/outbox", OnSocket(GetOutbox));
        routes.MapGet("/api/v1/verify", OnSocket(Verify));
        routes.MapPost("/api/v1/sync", OnSocket(SyncNow));
        routes.MapPost("/api/v1/refunds", OnSocket(context => Record(context, ApiJson.Default.RefundRequest, (reader, body) => reader.Read(body), agent.Commands.Execute)));
        routes.MapPost("/api/v1/goods-received", OnSocket(context => Record(context, ApiJson.Default.GoodsReceivedRequest, (reader, body) => reader.Read(body), agent.Commands.Execute)));
        routes.MapPost("/api/v1/stock-opened", OnSocket(context => Record(context, ApiJson.Default.StockOpenedRequest, (reader, body) => reader.Read(body), agent.Commands.Execute)));
        routes.MapPost("/api/v1/adjustments", OnSocket(context => Record(context, ApiJson.Default.AdjustmentRequest, (reader, body) => reader.Read(body), agent.Commands.Execute)));
        routes.MapPost("/api/v1/cash", OnSocket(context => Record(context, ApiJson.Default.CashRequest, (reader, body) => reader.Read(body), agent.Commands.Execute)));
    }

    Task GetStatus(HttpContext context) =>
        Write(context, ApiViews.Of(agent.Queries.Status(), options.SoftwareVersion, agent.Time.GetUtcNow()), ApiJson.Default.StatusResponse);

    Task SearchProducts(HttpContext context)
    {
        var text = context.Request.Query["q"].ToString();
        if (text.Length > SearchTextCharactersMax) return Problems.Write(context, TextTooLong);
        if (Limit(context, 20, ProductsMax) is not { } limit) return Problems.Write(context, LimitInvalid(ProductsMax));
        return Write(context, new ProductsResponse([.. Find(text, limit).Select(ApiViews.Of)]), ApiJson.Default.ProductsResponse);
    }

    Task FindProduct(HttpContext context)
    {
        // A slash inside a code stays %2F in the path.
        var text = Uri.UnescapeDataString((string)context.Request.RouteValues["code"]!);
        return ProductCode.Read(text) switch
        {
            ProductCodeReading.Accepted accepted => agent.Queries.FindProduct(accepted.Code) is { } product
                ? Write(context, ApiViews.Of(product), ApiJson.Default.ProductView)
                : Problems.Write(context, Problems.NotFound("PRODUCT_NOT_FOUND", $"The catalogue has no product {accepted.Code.Display}.", "Sell it with a description and a price.")),
            ProductCodeReading.Refused refused => Problems.Write(context, CommandReader.OfCode(refused)),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    Task GetStock(HttpContext context)
    {
        var query = context.Request.Query;
        if (Limit(context, 50, StockMax) is not { } limit) return Problems.Write(context, LimitInvalid(StockMax));
        if (query.TryGetValue("q", out var text) && text.ToString() is { Length: > 0 } wanted)
        {
            if (wanted.Length > SearchTextCharactersMax) return Problems.Write(context, TextTooLong);
            var cursor = agent.Queries.Stock(null, 1);
            return Write(context, new(cursor.Store.Value, cursor.AsOf, cursor.FeedVersion, [.. Find(wanted, Math.Min(limit, ProductsMax)).Select(product => ApiViews.Of(product.Stock, product))], null), ApiJson.Default.StockResponse);
        }

        ProductCode? one = null, after = null;
        foreach (var (name, take) in new (string, Action<ProductCode>)[] { ("product", code => one = code), ("after", code => after = code) })
        {
            if (!query.TryGetValue(name, out var value)) continue;
            if (ProductCode.Read(value.ToString()) is ProductCodeReading.Accepted accepted) take(accepted.Code);
            else return Problems.Write(context, CommandReader.OfCode((ProductCodeReading.Refused)ProductCode.Read(value.ToString())));
        }

        var reading = one is { } product ? agent.Queries.StockOf(product) : agent.Queries.Stock(after, limit);
        return Write(context, Of(reading), ApiJson.Default.StockResponse);
    }

    StockResponse Of(StockReading reading) => new(
        reading.Store.Value,
        reading.AsOf,
        reading.FeedVersion,
        [.. reading.Figures.Select(figure => ApiViews.Of(figure, agent.Queries.FindProduct(figure.Product)))],
        reading.Next?.Value);

    Task GetReceipt(HttpContext context)
    {
        var text = Uri.UnescapeDataString((string)context.Request.RouteValues["number"]!);
        if (ReceiptNumber.TryParse(text) is not { } number)
            return Problems.Write(context, Problems.BadRequest("RECEIPT_INVALID", $"'{text}' is not a receipt number.", "Type it as it stands on the receipt, such as T1-1-000042."));
        return agent.Queries.Receipt(number) is { } receipt
            ? Write(context, ApiViews.Of(receipt), ApiJson.Default.ReceiptView)
            : Problems.Write(context, Problems.NotFound("RECEIPT_NOT_FOUND", $"This kiosk has no receipt {number}.", "Look for it at the kiosk whose code it begins with."));
    }

    Task GetOutbox(HttpContext context)
    {
        if (Limit(context, 100, OutboxMax) is not { } limit) return Problems.Write(context, LimitInvalid(OutboxMax));
        var items = agent.Queries.Outbox(limit);
        return Write(context, new(agent.Queries.Status().Outbox.Count, [.. items.Select(ApiViews.Of)]), ApiJson.Default.OutboxResponse);
    }

    Task Verify(HttpContext context) => Write(context, new([.. agent.Verifier.Verify().Select(ApiViews.Of)]), ApiJson.Default.VerifyResponse);

    Task SyncNow(HttpContext context)
    {
        options.SyncNow?.Invoke();
        return Write(context, new(options.SyncNow is not null), ApiJson.Default.SyncResponse);
    }

    /// <summary>Answers 200 only after the ledger's commit. From there on nothing cancels: a page that went away asks again with the same command id.</summary>
    async Task Record<TBody, TCommand>(HttpContext context, JsonTypeInfo<TBody> type, Func<CommandReader, TBody, TCommand> read, Func<TCommand, CommandResult> execute)
        where TBody : class
    {
        var (body, bad) = await ReadBody(context, type);
        if (body is null)
        {
            await Problems.Write(context, bad!);
            return;
        }

        var reader = new CommandReader(agent.Ledger.Identity.Currency);
        var command = read(reader, body);
        if (reader.Refusal is { } refusal)
        {
            await Problems.Write(context, refusal);
            return;
        }

        switch (execute(command))
        {
            case CommandResult.Recorded recorded:
                await Write(context, ApiViews.Of(recorded, recorded.Receipt is null ? null : agent.Queries.Receipt(recorded.Receipt)), ApiJson.Default.RecordedResponse);
                break;
            case CommandResult.Refused refused:
                await Problems.Write(context, Problems.Of(refused));
                break;
        }
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

    IReadOnlyList<EdgeAgent.Cache.ProductView> Find(string text, int limit) => string.IsNullOrWhiteSpace(text) ? [] : agent.Queries.SearchProducts(text, limit);

    static RequestDelegate OnSocket(RequestDelegate handle) => context =>
        context.Features.Get<SocketConnection>() is null ? Problems.Write(context, Problems.SocketOnly) : handle(context);

    static Task Write<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    static int? Limit(HttpContext context, int otherwise, int max)
    {
        var text = context.Request.Query["limit"].ToString();
        if (text.Length == 0) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 && limit <= max ? limit : null;
    }

    static Problem LimitInvalid(int max) => Problems.BadRequest("LIMIT_INVALID", $"The limit is a whole number from 1 to {max}.", "Ask for less at a time.");

    static Problem TextTooLong => Problems.BadRequest("TEXT_TOO_LONG", $"A search has at most {SearchTextCharactersMax} characters.", "Search for less.");
}
