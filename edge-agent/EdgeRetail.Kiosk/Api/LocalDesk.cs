using System.Globalization;
using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// What can be asked of an agent, in the words of the local API: the API answers with it over HTTP, and the command line where
/// it opens the ledger itself, so that both say the same.
/// </summary>
public sealed class LocalDesk(Agent agent, string softwareVersion)
{
    public const int SearchTextCharactersMax = 80;
    public const int ProductsMax = 100;
    public const int StockMax = 500;
    public const int OutboxMax = 1_000;
    public const int ClosesMax = 10;
    public const int EditsMax = 500;

    public StatusResponse Status() => ApiViews.Of(agent.Queries.Status(), softwareVersion, agent.Time.GetUtcNow());

    public Reply<ProductsResponse> SearchProducts(string text, int limit) =>
        text.Length > SearchTextCharactersMax ? TextTooLong
        : Limit(limit, ProductsMax) is { } problem ? problem
        : new ProductsResponse([.. Find(text, limit).Select(ApiViews.Of)]);

    public Reply<ProductView> FindProduct(string code) => ProductCode.Read(code) switch
    {
        ProductCodeReading.Accepted accepted => agent.Queries.FindProduct(accepted.Code) is { } product
            ? ApiViews.Of(product)
            : Problems.NotFound("PRODUCT_NOT_FOUND", $"The catalogue has no product {accepted.Code.Display}.", "Sell it with a description and a price."),
        ProductCodeReading.Refused refused => CommandReader.OfCode(refused),
        var other => throw new InvalidOperationException(other.ToString()),
    };

    /// <summary>The stock of the products that a search finds.</summary>
    public Reply<StockResponse> FindStock(string text, int limit)
    {
        if (text.Length > SearchTextCharactersMax) return TextTooLong;
        if (Limit(limit, StockMax) is { } problem) return problem;
        var cursor = agent.Queries.Stock(null, 1);
        return new StockResponse(
            cursor.Store.Value, cursor.AsOf, cursor.FeedVersion, [.. Find(text, Math.Min(limit, ProductsMax)).Select(product => ApiViews.Of(product.Stock, product))], null);
    }

    /// <summary>The stock of one product, or of all in order of code, after one.</summary>
    public Reply<StockResponse> Stock(string? product, string? after, int limit)
    {
        if (Limit(limit, StockMax) is { } problem) return problem;
        ProductCode? one = null, start = null;
        if (product is not null && Read(product, out one) is { } noProduct) return noProduct;
        if (after is not null && Read(after, out start) is { } noStart) return noStart;
        var reading = one is { } code ? agent.Queries.StockOf(code) : agent.Queries.Stock(start, limit);
        return Of(reading);
    }

    /// <summary>What the figure of one product is made of.</summary>
    public Reply<ExplainResponse> Explain(string product) =>
        Read(product, out var code) is { } problem ? problem : ApiViews.Of(agent.Queries.Explain(code!.Value, OutboxMax));

    public Reply<ReceiptView> Receipt(string text) =>
        ReceiptNumber.TryParse(text) is not { } number
            ? Problems.BadRequest("RECEIPT_INVALID", $"'{text}' is not a receipt number.", "Type it as it stands on the receipt, such as T1-1-000042.")
            : agent.Queries.Receipt(number) is { } receipt
                ? ApiViews.Of(receipt)
                : Problems.NotFound("RECEIPT_NOT_FOUND", $"This kiosk has no receipt {number}.", "Look for it at the kiosk whose code it begins with.");

    public Reply<TraceResponse> Trace(string text)
    {
        var number = ReceiptNumber.TryParse(text.Trim());
        var isId = Guid.TryParse(text, out var id);
        if (!isId && number is null) return Problems.BadRequest("RECEIPT_INVALID", $"'{text}' is neither a receipt number nor what its QR code holds.", "Type it as it stands on the receipt, such as T1-1-000042.");
        return (isId ? agent.Queries.Trace(new EntryId(id)) : agent.Queries.Trace(number!)) is { } trace
            ? ApiViews.Of(trace)
            : Problems.NotFound("RECEIPT_NOT_FOUND", $"This kiosk's ledger has no {(isId ? $"entry {id}" : $"receipt {number}")}.", "Look for it at the kiosk whose code it begins with, or in the cloud: cloud-sync trace.");
    }

    public Reply<OutboxResponse> Outbox(int limit) =>
        Limit(limit, OutboxMax) is { } problem
            ? problem
            : new OutboxResponse(agent.Queries.Status().Outbox.Count, [.. agent.Queries.Outbox(limit).Select(ApiViews.Of)]);

    public Reply<EditsResponse> Edits(int limit) =>
        Limit(limit, EditsMax) is { } problem ? problem : new EditsResponse([.. agent.Queries.Edits(limit).Select(ApiViews.Of)]);

    public VerifyResponse Verify() => new([.. agent.Verifier.Verify().Select(ApiViews.Of)]);

    /// <summary>What the last opening of the ledger mended.</summary>
    public RepairResponse Repaired() => agent.IsRepairWanted
        ? new(true, null, 0, 0, "", "The ledger is about to be checked.")
        : agent.Salvaged is { } salvaged
            ? new(false, salvaged.Folder, salvaged.Entries, salvaged.UnreadableCount, salvaged.Unreadable, salvaged.Words)
            : new(false, null, 0, 0, "", "The ledger is sound; nothing was changed.");

    // Each of these is answered only after the ledger's commit.

    public Reply<RecordedResponse> Record(SaleRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public Reply<RecordedResponse> Record(RefundRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public Reply<RecordedResponse> Record(VoidRequest request) =>
        Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute, ReceiptNumber.TryParse(request.Receipt));

    public Reply<RecordedResponse> Record(GoodsReceivedRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public Reply<RecordedResponse> Record(StockOpenedRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public Reply<RecordedResponse> Record(AdjustmentRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public Reply<RecordedResponse> Record(WasteRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);
    public Reply<RecordedResponse> Record(CountRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public Reply<RecordedResponse> Record(EditRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public Reply<RecordedResponse> Record(CashRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    /// <summary>Also from the page: it takes nothing out of the stock or the drawer.</summary>
    public Reply<RecordedResponse> Record(CloseDayRequest request) => Record(request, (reader, body) => reader.Read(body), agent.Commands.Execute);

    public DayResponse Day() => DayViews.Of(agent.Queries.Day(ClosesMax));

    /// <summary>The certificate of a date that was closed here, once the cloud has given one.</summary>
    public Reply<CertificateResponse> Certificate(string text)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return Problems.BadRequest("DATE_INVALID", $"'{text}' is no date.", "Write it as 2026-11-27.");
        if (agent.Queries.Close(date) is not { } close) return Problems.NotFound("DAY_NOT_CLOSED", $"{text} was not closed on this kiosk.", "Close it with 'edgeretail day close'.");
        return close.Answer?.Certificate is { } certificate
            ? new CertificateResponse(date, close.Entry.Value, DayCertificateFile.Write(certificate))
            : Problems.NotFound("CERTIFICATE_NOT_THERE", $"The cloud has given no certificate for {text} yet.", "'edgeretail day status' says why.");
    }

    internal static Problem LimitInvalid(int max) => Problems.BadRequest("LIMIT_INVALID", $"The limit is a whole number from 1 to {max}.", "Ask for less at a time.");

    /// <summary><paramref name="about"/>: the receipt that is shown where the command gives none of its own.</summary>
    Reply<RecordedResponse> Record<TBody, TCommand>(TBody body, Func<CommandReader, TBody, TCommand> read, Func<TCommand, CommandResult> execute, ReceiptNumber? about = null)
    {
        var reader = new CommandReader(agent.Ledger.Identity.Currency);
        var command = read(reader, body);
        if (reader.Refusal is { } refusal) return refusal;
        return execute(command) switch
        {
            CommandResult.Recorded recorded => ApiViews.Of(recorded, (recorded.Receipt ?? about) is { } receipt ? agent.Queries.Receipt(receipt) : null),
            CommandResult.Refused refused => Problems.Of(refused),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    StockResponse Of(StockReading reading) => new(
        reading.Store.Value,
        reading.AsOf,
        reading.FeedVersion,
        [.. reading.Figures.Select(figure => ApiViews.Of(figure, agent.Queries.FindProduct(figure.Product)))],
        reading.Next?.Value);

    IReadOnlyList<EdgeAgent.Cache.ProductView> Find(string text, int limit) => string.IsNullOrWhiteSpace(text) ? [] : agent.Queries.SearchProducts(text, limit);

    static Problem? Read(string text, out ProductCode? code)
    {
        var reading = ProductCode.Read(text);
        code = (reading as ProductCodeReading.Accepted)?.Code;
        return reading is ProductCodeReading.Refused refused ? CommandReader.OfCode(refused) : null;
    }

    static Problem? Limit(int limit, int max) => limit > 0 && limit <= max ? null : LimitInvalid(max);

    static Problem TextTooLong => Problems.BadRequest("TEXT_TOO_LONG", $"A search has at most {SearchTextCharactersMax} characters.", "Search for less.");
}
