using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using EdgeRetail.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>The operators' REST API. It reads; of what changes the cloud, quarantine and conflicts are settled here too, the rest is done on its command line.</summary>
static class ApiRoutes
{
    public static void MapOperationsApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1")
            .WithProblem(400, new("PARAMETER_INVALID", "Failed to bind parameter \"int limit\" from \"many\".", "Look the parameter up in /openapi/v1.json."))
            .WithProblem(503, new("DATABASE_UNREACHABLE", "PostgreSQL does not answer: Failed to connect to 127.0.0.1:5432.", "Start it, or check host and port of the connection string; nothing was lost."));

        api.MapGet("/sync/summary", SummaryAsync)
            .WithName("GetSyncSummary").WithTags("Sync")
            .WithSummary("Everything at a glance")
            .WithDescription("Stores, devices, entries and what is still on its way, as of one moment. What devices say of themselves (outboxReported, oldestUnsentAt) is as old as their last word.");
        api.MapGet("/devices", DevicesAsync)
            .WithName("ListDevices").WithTags("Devices")
            .WithSummary("How the devices stand")
            .WithDescription("By device code. lagEntries is what the device said it has recorded beyond what the cloud has applied; storeHead less storeCursor is what its cache lacks.")
            .WithProblem(400, LimitViolation(0, DeviceQueries.PageMax)!);
        api.MapGet("/devices/{deviceId}", DeviceAsync)
            .WithName("GetDevice").WithTags("Devices")
            .WithSummary("One device with its streams, assignments and dispositions")
            .WithProblem(404, DeviceNotFound(42));
        api.MapGet("/stores/{storeId}/stock", StockAsync)
            .WithName("GetStoreStock").WithTags("Stores")
            .WithSummary("Stock of a store")
            .WithDescription("As the cloud has merged it, at one version. Devices whose entries may be missing are named. By product code; quantities are in units. The ETag names the whole answer but asOf.")
            .WithProblem(400, LimitViolation(0, StockQuestion.LimitMax)!)
            .WithProblem(404, DeviceRegistry.StoreNotFound(42));
        api.MapGet("/stores/{storeId}/stock/{product}/explain", ExplainAsync)
            .WithName("ExplainStock").WithTags("Stores")
            .WithSummary("Why on hand is what it is")
            .WithDescription("The latest count, what moved after it and had arrived before it did, and what moved since it arrived add up to onHand. The latest entries follow; isLate marks those from before the count that came after it and changed nothing. Quarantined entries and devices that were not heard from are what may be missing.")
            .WithProblem(404, DeviceRegistry.StoreNotFound(42));
        api.MapGet("/entries/{entryId}", EntryAsync)
            .WithName("GetEntry").WithTags("Entries")
            .WithSummary("One entry, decoded, with its effects")
            .WithDescription("Found by its id in whatever store's journal. Content is absent where the bytes cannot be read; unreadable then says why.")
            .WithProblem(404, EntryNotFound(new("01994d2c-5c00-8abc-8def-0123456789ab")));
        api.MapReceipts();
        api.MapExceptions();
        api.MapQuarantine();
        api.MapDayCloses();
        api.MapConflicts();
        routes.Map("/api/{**rest}", NoSuchRoute).ExcludeFromDescription();
    }

    static async Task<Ok<SyncSummary>> SummaryAsync(SummaryQuery summary, CancellationToken cancellationToken) =>
        TypedResults.Ok(await summary.ReadAsync(cancellationToken));

    static async Task<Results<Ok<Page<DeviceSummary>>, ProblemHttpResult>> DevicesAsync(
        DeviceQueries devices,
        [Description("Only those of one store.")] int? storeId,
        [Description("The next of the part before.")] string? cursor,
        [Description("How many at most, 1 to 500.")] int limit = 100,
        CancellationToken cancellationToken = default) =>
        (LimitViolation(limit, DeviceQueries.PageMax) ?? TextViolation("cursor", cursor)) is { } problem
            ? ApiProblem.BadRequest(problem)
            : TypedResults.Ok(await devices.ListAsync(storeId, cursor, limit, cancellationToken));

    static async Task<Results<Ok<DeviceDetail>, ProblemHttpResult>> DeviceAsync(DeviceQueries devices, int deviceId, CancellationToken cancellationToken) =>
        await devices.FindAsync(deviceId, cancellationToken) is { } device
            ? TypedResults.Ok(device)
            : ApiProblem.NotFound(DeviceNotFound(deviceId));

    static async Task<Results<Ok<StoreStock>, StatusCodeHttpResult, ProblemHttpResult>> StockAsync(
        HttpContext context,
        StockQueries stock,
        int storeId,
        [Description("One product, by GTIN or internal code.")] string? product,
        [Description("Products whose code begins with this, or whose name or brand contains it.")] string? search,
        [Description("The next of the part before.")] string? after,
        [Description("How many at most, 1 to 1000.")] int limit = 100,
        CancellationToken cancellationToken = default)
    {
        if ((LimitViolation(limit, StockQuestion.LimitMax) ?? TextViolation("product", product) ?? TextViolation("search", search) ?? TextViolation("after", after)) is { } problem)
            return ApiProblem.BadRequest(problem);
        if (await stock.ReadAsync(new(storeId, product, search, after, limit), cancellationToken) is not { } found)
            return ApiProblem.NotFound(DeviceRegistry.StoreNotFound(storeId));

        var devices = string.Join(';', found.DevicesNotHeardFrom);
        var items = string.Join(';', found.Items);
        return IsKnown(context, $"{found.Version} {devices} {items} {found.Next}") ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(found);
    }

    static async Task<Results<Ok<StockExplanation>, ProblemHttpResult>> ExplainAsync(
        ExplainQueries explain, int storeId, [Description("By GTIN or internal code.")] string product, CancellationToken cancellationToken) =>
        TextViolation("product", product) is { } problem ? ApiProblem.BadRequest(problem)
        : await explain.ReadAsync(storeId, product, cancellationToken) is { } found ? TypedResults.Ok(found)
        : ApiProblem.NotFound(DeviceRegistry.StoreNotFound(storeId));

    static async Task<Results<Ok<EntryDetail>, StatusCodeHttpResult, ProblemHttpResult>> EntryAsync(HttpContext context, EntryQueries entries, Guid entryId, CancellationToken cancellationToken)
    {
        if (await entries.FindAsync(entryId, cancellationToken) is not { } found)
            return ApiProblem.NotFound(EntryNotFound(entryId));
        // The bytes never change; what may is what became of them, and what the catalogue calls their products.
        return IsKnown(context, $"{found.Hash} {found.Disposition} {found.MergedAtVersion} {string.Join(';', found.Effects)}") ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(found);
    }

    static ProblemHttpResult NoSuchRoute(HttpContext context) =>
        ApiProblem.NotFound(new("ROUTE_NOT_FOUND", $"There is nothing at {context.Request.Method} {context.Request.Path}.", "/openapi/v1.json lists what there is."));

    static Problem DeviceNotFound(int deviceId) =>
        new("DEVICE_NOT_FOUND", $"There is no device {deviceId}.", "GET /api/v1/devices lists those that are there.");

    static Problem EntryNotFound(Guid entryId) =>
        new("ENTRY_NOT_FOUND", $"No journal has an entry {entryId}.", "Check the id; an entry that is not sent yet is on its device: 'edgeretail outbox'.");

    internal static Problem? LimitViolation(int limit, int most) =>
        limit < 1 || limit > most ? new("LIMIT_OUT_OF_RANGE", $"limit is {limit}; it has to be between 1 and {most}.", "Ask for fewer, and for the next part with the answer's next.") : null;

    internal static Problem? TextViolation(string name, string? text) =>
        Contracts.Entries.EntryRules.Text(name, text, ProtocolLimits.TextCharactersMax) is { } violation ? new(violation.Code, violation.Message, "Shorten or correct the parameter.") : null;

    /// <summary>Puts the answer's ETag on the response and says whether the caller has that answer already.</summary>
    static bool IsKnown(HttpContext context, string content)
    {
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 12))}\"", isWeak: true);
        context.Response.GetTypedHeaders().ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false));
    }
}
