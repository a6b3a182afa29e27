using System.ComponentModel;
using EdgeRetail.CloudSync.DayCloses;
using EdgeRetail.CloudSync.Operations.DayCloses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>Closes of tills, their certificates, and the public keys that prove them.</summary>
static class DayCloseRoutes
{
    static readonly Guid Example = new("01994d2c-5c00-8abc-8def-0123456789ab");

    public static void MapDayCloses(this IEndpointRouteBuilder api)
    {
        api.MapGet("/stores/{storeId}/day-closes", ListAsync)
            .WithName("ListDayCloses").WithTags("Day closes")
            .WithSummary("Closes of a store's tills")
            .WithDescription("The newest first. Gaps say what is missing or differs; buckets that are late hold what was recorded after their date had been closed.")
            .WithProblem(400, StateInvalid("open")).WithProblem(400, CursorInvalid());
        api.MapGet("/stores/{storeId}/day-closes/{entryId}", ShowAsync)
            .WithName("GetDayClose").WithTags("Day closes")
            .WithSummary("One of them")
            .WithProblem(404, NotFound(42, Example));
        api.MapGet("/stores/{storeId}/day-closes/{entryId}/certificate", CertificateAsync)
            .WithName("GetDayCertificate").WithTags("Day closes")
            .WithSummary("Its certificate")
            .WithDescription("As the file that 'edgeretail verify certificate' checks, with the published keys and without the cloud.")
            .WithProblem(404, NotFound(42, Example)).WithProblem(404, NotCertified(Example, "gaps"));
        api.MapGet("/certificate-keys", Keys)
            .WithName("GetCertificateKeys").WithTags("Day closes")
            .WithSummary("The public keys that certificates are checked with")
            .WithDescription("The one that signs now and all before it, so that old certificates stay verifiable.")
            .WithProblem(404, KeysMissing());
    }

    static async Task<Results<Ok<Page<DayCloseItem>>, ProblemHttpResult>> ListAsync(
        DayCloseQueries closes,
        int storeId,
        [Description("The next of the part before.")] string? cursor,
        [Description("Only those in one state: waiting, certified, gaps or waitsForKey.")] string? state,
        [Description("How many at most, 1 to 200.")] int limit = 50,
        CancellationToken cancellationToken = default)
    {
        if ((ApiRoutes.LimitViolation(limit, DayCloseQueries.PageMax) ?? ApiRoutes.TextViolation("cursor", cursor)) is { } problem) return ApiProblem.BadRequest(problem);
        if (state is not null && DayCloseQueries.ReadState(state) is null) return ApiProblem.BadRequest(StateInvalid(state));
        return await closes.ListAsync(storeId, state is null ? null : DayCloseQueries.ReadState(state), cursor, limit, cancellationToken) is { } page ? TypedResults.Ok(page) : ApiProblem.BadRequest(CursorInvalid());
    }

    static async Task<Results<Ok<DayCloseItem>, ProblemHttpResult>> ShowAsync(DayCloseQueries closes, int storeId, Guid entryId, CancellationToken cancellationToken) =>
        await closes.FindAsync(storeId, entryId, cancellationToken) is { } found ? TypedResults.Ok(found.Item) : ApiProblem.NotFound(NotFound(storeId, entryId));

    static async Task<Results<ContentHttpResult, ProblemHttpResult>> CertificateAsync(DayCloseQueries closes, int storeId, Guid entryId, CancellationToken cancellationToken) =>
        await closes.FindAsync(storeId, entryId, cancellationToken) is not { } found ? ApiProblem.NotFound(NotFound(storeId, entryId))
        : found.Certificate is { } certificate ? TypedResults.Content(certificate, "application/json")
        : ApiProblem.NotFound(NotCertified(entryId, found.Item.State));

    static Results<ContentHttpResult, ProblemHttpResult> Keys(CertificateSigner signer) =>
        signer.Keys() is { } keys ? TypedResults.Content(keys.Published.ToJson(), "application/json") : ApiProblem.NotFound(KeysMissing());

    public static Problem NotFound(int storeId, Guid entryId) => new("DAY_CLOSE_NOT_FOUND", $"Store {storeId} has no close {entryId}.", "'cloud-sync day-closes' lists those that are there.");

    public static Problem NotCertified(Guid entryId, string state) => new(
        "DAY_CLOSE_NOT_CERTIFIED", $"The close {entryId} has no certificate, its state is {state}.",
        state switch
        {
            "gaps" => "Read the close: its gaps say what is missing.",
            "waitsForKey" => "Run 'cloud-sync certificate-key init'; it is signed within seconds.",
            _ => "Ask again in a few seconds.",
        });

    static Problem StateInvalid(string state) => new("STATE_INVALID", $"'{state}' is no state.", "Ask for waiting, certified, gaps or waitsForKey.");

    static Problem CursorInvalid() => new("CURSOR_INVALID", "The cursor is none that an answer gave.", "Begin without one, and go on with the answer's next.");

    static Problem KeysMissing() => new("CERTIFICATE_KEYS_MISSING", "This replica has no certificate keys that it can use.", "Run 'cloud-sync certificate-key init', or look into the replica's log for what is wrong with the file.");
}
