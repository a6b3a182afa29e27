using System.ComponentModel;
using System.Text.Json;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations.Conflicts;
using EdgeRetail.Contracts.Identifiers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>The inbox of conflicts of edits, the policies that decide them, and head office's own edits.</summary>
static class ConflictRoutes
{
    const int KeyCharactersMax = 100;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    static readonly Guid Example = new("01994d2c-5c00-8abc-8def-0123456789ab");

    static readonly Resolution ExampleResolution = new(Example, 1, "4006381333931", "name", "Alpine milk 1 l", Example, 7, 2, "ann", "as on the pack", DateTimeOffset.UnixEpoch);

    public static void MapConflicts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/conflicts", ListAsync)
            .WithName("ListConflicts").WithTags("Conflicts")
            .WithSummary("Edits that did not know each other")
            .WithDescription("In order of store and version. Both edits with who, where and when by a corrected clock, the rule and policy version that decided, and what settled it.")
            .WithProblem(400, StateInvalid("closed")).WithProblem(400, CursorInvalid());
        api.MapGet("/conflicts/rehearsal", RehearseAsync)
            .WithName("RehearsePolicy").WithTags("Conflicts")
            .WithSummary("What another policy would have made of the conflicts of some days")
            .WithDescription("Decided again by the same merge. Nothing is changed; what was resolved by a person stays resolved.")
            .WithProblem(400, PolicyStore.RuleUnknown("coin-toss"));
        api.MapGet("/conflicts/{conflictId}", ShowAsync)
            .WithName("GetConflict").WithTags("Conflicts")
            .WithSummary("One of them")
            .WithDescription("The ETag is what If-Match wants.")
            .WithProblem(404, ConflictResolving.NotFound(Example));
        api.MapPost("/conflicts/{conflictId}/resolve", ResolveAsync)
            .WithName("ResolveConflict").WithTags("Conflicts")
            .WithSummary("Decide between the edits")
            .WithDescription("A cloud entry of the store says so, by whom and why, and goes to its devices. It settles every conflict of this field of this product. Of several who do it at once one does, and the others are told who and how.")
            .WithProblem(400, KeyMissing()).WithProblem(400, ChoiceMissing()).WithProblem(404, ConflictResolving.NotFound(Example))
            .WithProblem(412, AlreadySettled(ConflictState.Resolved, ExampleResolution)).WithProblem(412, TagMismatch("\"7-1\"")).WithProblem(422, KeyReused()).WithProblem(428, TagMissing());
        api.MapGet("/policies", PoliciesAsync)
            .WithName("ListPolicies").WithTags("Conflicts")
            .WithSummary("What decides concurrent edits, by field")
            .WithDescription("Each change is a version, kept with who and why; what was merged under a version stays so.");
        api.MapPut("/policies/{field}", SetPolicyAsync)
            .WithName("SetPolicy").WithTags("Conflicts")
            .WithSummary("Set the policy of a field")
            .WithDescription("It holds for what is merged from now on. Setting what holds already does nothing, so it may be repeated.")
            .WithProblem(400, PolicyStore.RuleUnknown("coin-toss")).WithProblem(404, PolicyStore.FieldUnknown("colour")).WithProblem(412, TagMismatch("\"3\"")).WithProblem(428, TagMissing());
        api.MapPost("/stores/{storeId}/edits", EditAsync)
            .WithName("EditProduct").WithTags("Conflicts")
            .WithSummary("Give a store a value of its own for a field of a product")
            .WithDescription("A cloud entry of the store, based on all that the cloud knows then. Edits of devices that did not know it are concurrent, and the field's policy decides.")
            .WithProblem(400, KeyMissing()).WithProblem(404, DeviceRegistry.StoreNotFound(42)).WithProblem(422, KeyReused());
    }

    static async Task<Results<Ok<Page<ConflictItem>>, ProblemHttpResult>> ListAsync(
        ConflictQueries conflicts,
        [Description("Only those of one store.")] int? storeId,
        [Description("Only those of one product.")] string? product,
        [Description("Only those of one field: name, brand or size.")] string? field,
        [Description("Only those with an edit of one device; 0 is the cloud.")] int? deviceId,
        [Description("The next of the part before.")] string? cursor,
        [Description("open, decided, resolved, superseded or all.")] string state = "open",
        [Description("How many at most, 1 to 500.")] int limit = 100,
        CancellationToken cancellationToken = default)
    {
        if ((ApiRoutes.LimitViolation(limit, ConflictQuestion.LimitMax) ?? ApiRoutes.TextViolation("product", product) ?? ApiRoutes.TextViolation("cursor", cursor)) is { } problem) return ApiProblem.BadRequest(problem);
        if (state != ConflictQuestion.All && FieldNames.State(state) is null) return ApiProblem.BadRequest(StateInvalid(state));
        if (field is not null && FieldNames.Field(field) is null) return ApiProblem.BadRequest(PolicyStore.FieldUnknown(field));
        return await conflicts.ListAsync(new(storeId, state, product, field, deviceId, cursor, limit), cancellationToken) is { } page ? TypedResults.Ok(page) : ApiProblem.BadRequest(CursorInvalid());
    }

    static async Task<Results<Ok<ConflictItem>, ProblemHttpResult>> ShowAsync(HttpContext context, ConflictQueries conflicts, Guid conflictId, CancellationToken cancellationToken)
    {
        if (await conflicts.FindAsync(conflictId, cancellationToken) is not { } found) return ApiProblem.NotFound(ConflictResolving.NotFound(conflictId));
        Tagged(context, found.Tag);
        return TypedResults.Ok(found);
    }

    static async Task<Results<Ok<Rehearsal>, ProblemHttpResult>> RehearseAsync(
        ConflictRehearsal rehearsal,
        [Description("name, brand or size.")] string field,
        [Description("latest-wins, cloud-wins, device-wins or manual.")] string rule,
        [Description("Only those of one store.")] int? storeId,
        [Description("Whether a value that was edited without knowing of a removal counts against it.")] bool resurrects = false,
        [Description("Conflicts with an edit that arrived within so many days, 1 to 366.")] int days = 30,
        CancellationToken cancellationToken = default)
    {
        var (found, problem) = await rehearsal.RunAsync(new(field, rule, resurrects, days, storeId), cancellationToken);
        return problem is not null ? ApiProblem.BadRequest(problem) : TypedResults.Ok(found!);
    }

    static async Task<Ok<PolicySettings>> PoliciesAsync(HttpContext context, PolicyStore policies, CancellationToken cancellationToken)
    {
        var settings = await policies.ReadAsync(cancellationToken);
        Tagged(context, settings.Tag);
        return TypedResults.Ok(settings);
    }

    static async Task<Results<Ok<FieldPolicyView>, ProblemHttpResult>> SetPolicyAsync(HttpContext context, PolicyStore policies, string field, [FromBody] PolicyOrder order, CancellationToken cancellationToken)
    {
        var tag = context.Request.Headers.IfMatch.ToString();
        if (tag.Length == 0) return ApiProblem.Of(StatusCodes.Status428PreconditionRequired, TagMissing());
        return await policies.SetAsync(field, order, tag, cancellationToken) switch
        {
            PolicyOutcome.Set set => TypedResults.Ok(set.Policy),
            PolicyOutcome.TagMismatch mismatch => ApiProblem.Of(StatusCodes.Status412PreconditionFailed, TagMismatch(mismatch.Now.Tag), ("policies", mismatch.Now.Fields)),
            PolicyOutcome.Refused { Problem: { Code: "EDIT_FIELD_UNKNOWN" } problem } => ApiProblem.NotFound(problem),
            PolicyOutcome.Refused { Problem: var problem } => ApiProblem.BadRequest(problem),
            var other => throw new InvalidOperationException($"{other}"),
        };
    }

    static async Task<Results<Ok<Resolution>, ProblemHttpResult>> ResolveAsync(HttpContext context, ConflictResolving resolving, Guid conflictId, [FromBody] ResolutionOrder order, CancellationToken cancellationToken)
    {
        if (Key(context, order.Actor, order) is not { } key) return ApiProblem.BadRequest(KeyMissing());
        if (await resolving.AnsweredAsync(key, cancellationToken) is { } answered) return Answer(context, answered);
        if (order.Choice is not { } choice) return ApiProblem.BadRequest(ChoiceMissing());
        var tag = context.Request.Headers.IfMatch.ToString();
        if (tag.Length == 0) return ApiProblem.Of(StatusCodes.Status428PreconditionRequired, TagMissing());
        return Answer(context, await resolving.ResolveAsync(conflictId, new(order.Actor, order.Reason, choice) { Tag = tag, Key = key }, cancellationToken));
    }

    static async Task<Results<Ok<Resolution>, ProblemHttpResult>> EditAsync(HttpContext context, ConflictResolving resolving, int storeId, [FromBody] EditOrder order, CancellationToken cancellationToken)
    {
        if (Key(context, order.Actor, order) is not { } key) return ApiProblem.BadRequest(KeyMissing());
        if (FieldNames.Field(order.Field) is not { } field) return ApiProblem.BadRequest(PolicyStore.FieldUnknown(order.Field));
        if (ProductCode.Read(order.Product ?? "") is not ProductCodeReading.Accepted { Code: var product }) return ApiProblem.BadRequest(ProductInvalid(order.Product ?? ""));
        return Answer(context, await resolving.EditAsync(storeId, product, field, order.Value, order.Actor, key, cancellationToken));
    }

    static Results<Ok<Resolution>, ProblemHttpResult> Answer(HttpContext context, ResolutionOutcome outcome)
    {
        switch (outcome)
        {
            case ResolutionOutcome.Resolved resolved:
                return TypedResults.Ok(resolved.Resolution);
            case ResolutionOutcome.Answered { Resolution: { } before }:
                context.Response.Headers["Idempotent-Replayed"] = "true";
                return TypedResults.Ok(before);
            case ResolutionOutcome.Answered:
                return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, KeyReused());
            case ResolutionOutcome.AlreadySettled already:
                return ApiProblem.Of(StatusCodes.Status412PreconditionFailed, AlreadySettled(already.State, already.First), ("resolution", already.First));
            case ResolutionOutcome.TagMismatch mismatch:
                return ApiProblem.Of(StatusCodes.Status412PreconditionFailed, TagMismatch(mismatch.Tag));
            case ResolutionOutcome.Refused { Problem: var problem }:
                return ApiProblem.Of(problem.Code is "CONFLICT_NOT_FOUND" or "STORE_NOT_FOUND" ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem);
            default:
                throw new InvalidOperationException($"{outcome}");
        }
    }

    static IdempotencyKey? Key<TOrder>(HttpContext context, string actor, TOrder order)
    {
        var name = context.Request.Headers["Idempotency-Key"].ToString();
        return name.Length is 0 or > KeyCharactersMax ? null : new(name, Hash256.Of(JsonSerializer.SerializeToUtf8Bytes(new { actor, context.Request.Method, path = context.Request.Path.Value, order }, Json)));
    }

    static void Tagged(HttpContext context, string tag)
    {
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
    }

    public static Problem AlreadySettled(ConflictState state, Resolution first) => new(
        "ALREADY_RESOLVED",
        $"{first.Actor} {(state == ConflictState.Resolved ? "resolved it" : "edited again on sight of both")} before, to {(first.Value is { } value ? $"'{value}'" : "the catalogue's value")}, at version {first.Version} of store {first.StoreId}{(first.Reason.Length == 0 ? "" : $": {first.Reason}")}.",
        "Nothing was done; look at what became of it.");

    public static Problem TagMismatch(string tag) => new("TAG_MISMATCH", $"It stands otherwise by now: its tag is {tag}.", "Read it again, and send the ETag of that answer.");

    public static Problem ChoiceMissing() => new("CHOICE_MISSING", "It is not said what it is resolved to, or said more than once.", "Give one of take (the entry id of one of the two edits), value, or catalogue.");

    public static Problem ProductInvalid(string product) => new("PRODUCT_CODE_INVALID", $"'{product}' is no product code.", "Give the GTIN with the right check digit, or the internal code.");

    static Problem StateInvalid(string state) => new("STATE_INVALID", $"'{state}' is no state.", "Ask for open, decided, resolved, superseded or all.");

    static Problem CursorInvalid() => new("CURSOR_INVALID", "The cursor is none that an answer gave.", "Begin without one, and go on with the answer's next.");

    static Problem KeyMissing() => new("IDEMPOTENCY_KEY_MISSING", $"The header Idempotency-Key is missing, or has more than {KeyCharactersMax} characters.", "Send a key of your own with every change, and the same one when you repeat it.");

    static Problem KeyReused() => new("IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used for another request.", "Send another key with another request.");

    static Problem TagMissing() => new("IF_MATCH_MISSING", "The header If-Match is missing.", "Read it, and send the ETag of that answer.");
}
