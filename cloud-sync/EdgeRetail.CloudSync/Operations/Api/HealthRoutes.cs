using EdgeRetail.CloudSync.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>Whether this replica runs (live), and whether it can do its work (ready).</summary>
static class HealthRoutes
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", () => TypedResults.Ok(new Health("live"))).ExcludeFromDescription();
        routes.MapGet("/healthz/ready", ReadyAsync).ExcludeFromDescription();
    }

    static async Task<Results<Ok<Health>, ProblemHttpResult>> ReadyAsync(CloudDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await using var context = database.CreateContext();
            return await SchemaState.ReadAsync(context, either.Token) switch
            {
                SchemaState.NotMigrated state => Unready(state.Problem),
                SchemaState.Newer state => Unready(state.Problem),
                _ => TypedResults.Ok(new Health("ready")),
            };
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Unready(new("DATABASE_UNREACHABLE", $"PostgreSQL has not answered for {Patience.TotalSeconds:0} s.", "Start it, or check its load."));
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } problem)
        {
            return Unready(problem);
        }
    }

    static ProblemHttpResult Unready(Problem problem) => ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, problem);
}
