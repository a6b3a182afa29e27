using System.ComponentModel;
using System.Text.Json;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Operations.Quarantine;
using EdgeRetail.Contracts.Identifiers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>What stands in quarantine, and what an operator does about it. Each change names its actor, and may be repeated under its key.</summary>
static class QuarantineRoutes
{
    const int KeyCharactersMax = 100;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    static readonly Guid Example = new("01994d2c-5c00-8abc-8def-0123456789ab");

    public static void MapQuarantine(this IEndpointRouteBuilder api)
    {
        api.MapGet("/quarantine", ListAsync)
            .WithName("ListQuarantine").WithTags("Quarantine")
            .WithSummary("Entries that could not be merged")
            .WithDescription("In order of store and receipt. They are kept as they came and do not count; what was settled says by whom and why.")
            .WithProblem(400, StateInvalid("closed")).WithProblem(400, CursorInvalid());
        api.MapGet("/quarantine/causes", CausesAsync)
            .WithName("ListQuarantineCauses").WithTags("Quarantine")
            .WithSummary("How many stand open, by cause and store");
        api.MapGet("/quarantine/{entryId}", ShowAsync)
            .WithName("GetQuarantine").WithTags("Quarantine")
            .WithSummary("One of them, its bytes field by field as far as they decode")
            .WithDescription("The ETag is what If-Match wants; it changes once, when the entry is settled.")
            .WithProblem(404, NotFound(Example));
        Change(api.MapPost("/quarantine/{entryId}/void", VoidAsync))
            .WithName("VoidQuarantine")
            .WithSummary("It will not count")
            .WithDescription("A cloud entry of the store says so, by whom and why; the entry itself stays as it came.");
        Change(api.MapPost("/quarantine/{entryId}/replay", ReplayAsync))
            .WithName("ReplayQuarantine")
            .WithSummary("Merge it as it is, where this version can")
            .WithProblem(422, Unmergeable(new(Example, "ENTRY_KIND_UNKNOWN", "Kind 99 is not known to this service.")));
        Change(api.MapPost("/quarantine/{entryId}/correct", CorrectAsync))
            .WithName("CorrectQuarantine")
            .WithSummary("Merge other bytes in its place")
            .WithDescription("They have to be what ingest would take from the same device. The entry itself stays as it came.")
            .WithProblem(422, Unmergeable(new(Example, "TOTAL_WRONG", "The lines sum to EUR 1.00, the total says EUR 2.00.")))
            .WithProblem(400, CorrectedBytes.Read(null, null).Problem!);
        api.MapPost("/quarantine/replay", ReplayAllAsync)
            .WithName("ReplayQuarantineCause").WithTags("Quarantine")
            .WithSummary("Replay all of a cause, of one store or of all")
            .WithDescription("What cannot be merged stays, and is named with its cause. Doing it again does nothing to what was replayed.");
    }

    static RouteHandlerBuilder Change(RouteHandlerBuilder route) => route.WithTags("Quarantine")
        .WithProblem(400, KeyMissing()).WithProblem(404, NotFound(Example)).WithProblem(409, new("ENTRY_NOT_QUARANTINED", $"Entry {Example} was merged when it arrived; there is nothing to settle.", "'cloud-sync quarantine list' shows what stands in quarantine."))
        .WithProblem(412, AlreadySettled(new(Example, 1, "voided", Example, 7, "ann", "counted by hand", DateTimeOffset.UnixEpoch))).WithProblem(422, KeyReused()).WithProblem(428, TagMissing());

    static async Task<Results<Ok<Page<QuarantineItem>>, ProblemHttpResult>> ListAsync(
        QuarantineQueries quarantine,
        [Description("Only those of one store.")] int? storeId,
        [Description("Only those of one cause.")] string? code,
        [Description("The next of the part before.")] string? cursor,
        [Description("open, settled or all.")] string state = QuarantineQuestion.Open,
        [Description("How many at most, 1 to 500.")] int limit = 100,
        CancellationToken cancellationToken = default)
    {
        if ((ApiRoutes.LimitViolation(limit, QuarantineQuestion.LimitMax) ?? ApiRoutes.TextViolation("code", code) ?? ApiRoutes.TextViolation("cursor", cursor)) is { } problem) return ApiProblem.BadRequest(problem);
        if (state is not (QuarantineQuestion.Open or QuarantineQuestion.Settled or QuarantineQuestion.All)) return ApiProblem.BadRequest(StateInvalid(state));
        return await quarantine.ListAsync(new(storeId, code, state, cursor, limit), cancellationToken) is { } page ? TypedResults.Ok(page) : ApiProblem.BadRequest(CursorInvalid());
    }

    static async Task<Ok<IReadOnlyList<QuarantineCause>>> CausesAsync(QuarantineQueries quarantine, [Description("Only those of one store.")] int? storeId, CancellationToken cancellationToken) =>
        TypedResults.Ok(await quarantine.CausesAsync(storeId, cancellationToken));

    static async Task<Results<Ok<QuarantineDetail>, ProblemHttpResult>> ShowAsync(HttpContext context, QuarantineQueries quarantine, Guid entryId, CancellationToken cancellationToken)
    {
        if (await quarantine.FindAsync(entryId, cancellationToken) is not { } found) return ApiProblem.NotFound(NotFound(entryId));
        context.Response.Headers.ETag = found.Tag;
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Ok(found);
    }

    static Task<Results<Ok<Settlement>, ProblemHttpResult>> VoidAsync(HttpContext context, QuarantineQueries quarantine, QuarantineSettling settling, Guid entryId, [FromBody] SettlementOrder order, CancellationToken cancellationToken) =>
        SettleAsync(context, quarantine, settling, entryId, order, new(order.Actor, order.Reason ?? ""), request => settling.VoidAsync(entryId, request, cancellationToken), cancellationToken);

    static Task<Results<Ok<Settlement>, ProblemHttpResult>> ReplayAsync(HttpContext context, QuarantineQueries quarantine, QuarantineSettling settling, Guid entryId, [FromBody] SettlementOrder order, CancellationToken cancellationToken) =>
        SettleAsync(context, quarantine, settling, entryId, order, new(order.Actor, order.Reason ?? ""), request => settling.ReplayAsync(entryId, request, cancellationToken), cancellationToken);

    static async Task<Results<Ok<Settlement>, ProblemHttpResult>> CorrectAsync(HttpContext context, QuarantineQueries quarantine, QuarantineSettling settling, Guid entryId, [FromBody] CorrectionOrder order, CancellationToken cancellationToken)
    {
        var (bytes, problem) = CorrectedBytes.Read(order.Entry, order.Bytes);
        return problem is not null
            ? ApiProblem.BadRequest(problem)
            : await SettleAsync(context, quarantine, settling, entryId, order, new(order.Actor, order.Reason), request => settling.CorrectAsync(entryId, bytes!, request, cancellationToken), cancellationToken);
    }

    static async Task<Results<Ok<ReplayReport>, ProblemHttpResult>> ReplayAllAsync(QuarantineSettling settling, [FromBody] ReplayOrder order, CancellationToken cancellationToken)
    {
        if (ApiRoutes.TextViolation("code", order.Code) is { } violation) return ApiProblem.BadRequest(violation);
        var report = await settling.ReplayAllAsync(order.Code, order.StoreId, new(order.Actor, order.Reason ?? ""), cancellationToken);
        return report.Problem is { } problem ? ApiProblem.BadRequest(problem) : TypedResults.Ok(report);
    }

    static async Task<Results<Ok<Settlement>, ProblemHttpResult>> SettleAsync<TOrder>(
        HttpContext context, QuarantineQueries quarantine, QuarantineSettling settling, Guid entryId, TOrder order, SettlementRequest request,
        Func<SettlementRequest, Task<SettlementOutcome>> settle, CancellationToken cancellationToken)
    {
        var name = context.Request.Headers["Idempotency-Key"].ToString();
        if (name.Length is 0 or > KeyCharactersMax) return ApiProblem.BadRequest(KeyMissing());
        var key = new IdempotencyKey(name, Hash256.Of(JsonSerializer.SerializeToUtf8Bytes(new { request.Actor, context.Request.Method, path = context.Request.Path.Value, order }, Json)));
        if (await settling.AnsweredAsync(key, cancellationToken) is { } answered) return Answer(context, answered);

        var tag = context.Request.Headers.IfMatch.ToString();
        if (tag.Length == 0) return ApiProblem.Of(StatusCodes.Status428PreconditionRequired, TagMissing());
        if (await quarantine.FindAsync(entryId, cancellationToken) is { } found && tag != "*" && tag != found.Tag)
            return found.Settlement is { } first ? Settled(first) : ApiProblem.Of(StatusCodes.Status412PreconditionFailed, new("TAG_MISMATCH", $"The entry's tag is {found.Tag}, not {tag}.", "Read the entry again, and send the ETag of that answer."));
        return Answer(context, await settle(request with { Key = key }));
    }

    static Results<Ok<Settlement>, ProblemHttpResult> Answer(HttpContext context, SettlementOutcome outcome)
    {
        switch (outcome)
        {
            case SettlementOutcome.Settled settled:
                return TypedResults.Ok(settled.Settlement);
            case SettlementOutcome.Answered { Settlement: { } before }:
                context.Response.Headers["Idempotent-Replayed"] = "true";
                return TypedResults.Ok(before);
            case SettlementOutcome.Answered:
                return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, KeyReused());
            case SettlementOutcome.AlreadySettled already:
                return Settled(already.First);
            case SettlementOutcome.Unmergeable unmergeable:
                return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, Unmergeable(unmergeable), ("cause", unmergeable.Code));
            case SettlementOutcome.Refused { Problem: var problem }:
                return ApiProblem.Of(problem.Code switch { "ENTRY_NOT_FOUND" => StatusCodes.Status404NotFound, "ENTRY_NOT_QUARANTINED" => StatusCodes.Status409Conflict, _ => StatusCodes.Status400BadRequest }, problem);
            default:
                throw new InvalidOperationException($"{outcome}");
        }
    }

    static ProblemHttpResult Settled(Settlement first) => ApiProblem.Of(StatusCodes.Status412PreconditionFailed, AlreadySettled(first), ("settlement", first));

    public static Problem AlreadySettled(Settlement first) => new(
        "ALREADY_SETTLED", $"{first.Actor} {first.Kind} entry {first.EntryId} before, at version {first.Version} of store {first.StoreId}{(first.Reason.Length == 0 ? "" : $": {first.Reason}")}.", "Nothing was done; look at what became of it.");

    public static Problem Unmergeable(SettlementOutcome.Unmergeable unmergeable) => new(
        "ENTRY_UNMERGEABLE", $"Entry {unmergeable.EntryId} cannot be merged, {unmergeable.Code}: {unmergeable.Detail}", "It stays in quarantine: correct it, void it, or replay it with a version that knows it.");

    public static Problem NotFound(Guid entryId) => new("ENTRY_NOT_FOUND", $"No entry {entryId} stands or stood in quarantine.", "'cloud-sync quarantine list' shows those that do.");

    static Problem StateInvalid(string state) => new("STATE_INVALID", $"'{state}' is no state.", "Ask for open, settled or all.");

    static Problem CursorInvalid() => new("CURSOR_INVALID", "The cursor is none that an answer gave.", "Begin without one, and go on with the answer's next.");

    static Problem KeyMissing() => new("IDEMPOTENCY_KEY_MISSING", $"The header Idempotency-Key is missing, or has more than {KeyCharactersMax} characters.", "Send a key of your own with every change, and the same one when you repeat it.");

    static Problem KeyReused() => new("IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used for another request.", "Send another key with another request.");

    static Problem TagMissing() => new("IF_MATCH_MISSING", "The header If-Match is missing.", "Read the entry, and send the ETag of that answer.");
}
