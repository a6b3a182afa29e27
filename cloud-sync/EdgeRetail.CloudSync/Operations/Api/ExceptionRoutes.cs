using System.ComponentModel;
using EdgeRetail.CloudSync.Operations.Exceptions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>What a person should look at.</summary>
static class ExceptionRoutes
{
    public static void MapExceptions(this IEndpointRouteBuilder api)
    {
        api.MapGet("/exceptions", ListAsync)
            .WithName("ListExceptions").WithTags("Exceptions")
            .WithSummary("States that a person should look at")
            .WithDescription("Each is open at most once per store, code and subject, names the entry that raised it, and says what closed it. Open ones come by store, code and subject, others by store and version. severity: 3 money may be missing, 2 a figure is wrong until somebody mends it, 1 it usually mends itself.")
            .WithProblem(400, StateInvalid("settled")).WithProblem(400, CursorInvalid());
        api.MapGet("/exceptions/counts", CountsAsync)
            .WithName("CountExceptions").WithTags("Exceptions")
            .WithSummary("How many stand open, by code and store");
    }

    static async Task<Results<Ok<Page<ExceptionItem>>, ProblemHttpResult>> ListAsync(
        ExceptionQueries exceptions,
        [Description("Only those of one store.")] int? storeId,
        [Description("Only those of one code.")] string? code,
        [Description("The next of the part before.")] string? cursor,
        [Description("open, closed or all.")] string state = ExceptionQuestion.Open,
        [Description("How many at most, 1 to 500.")] int limit = 100,
        CancellationToken cancellationToken = default)
    {
        if ((ApiRoutes.LimitViolation(limit, ExceptionQuestion.LimitMax) ?? ApiRoutes.TextViolation("code", code) ?? ApiRoutes.TextViolation("cursor", cursor)) is { } problem) return ApiProblem.BadRequest(problem);
        if (state is not (ExceptionQuestion.Open or ExceptionQuestion.Closed or ExceptionQuestion.All)) return ApiProblem.BadRequest(StateInvalid(state));
        return await exceptions.ListAsync(new(storeId, code, state, cursor, limit), cancellationToken) is { } page ? TypedResults.Ok(page) : ApiProblem.BadRequest(CursorInvalid());
    }

    static async Task<Ok<IReadOnlyList<ExceptionCount>>> CountsAsync(ExceptionQueries exceptions, [Description("Only those of one store.")] int? storeId, CancellationToken cancellationToken) =>
        TypedResults.Ok(await exceptions.CountsAsync(storeId, cancellationToken));

    static Problem StateInvalid(string state) => new("STATE_INVALID", $"'{state}' is no state.", "Ask for open, closed or all.");

    static Problem CursorInvalid() => new("CURSOR_INVALID", "The cursor is none that an answer gave.", "Begin without one, and go on with the answer's next.");
}
