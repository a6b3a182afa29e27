using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>Errors as RFC 9457 problem details, with the stable code and the next step.</summary>
static class ApiProblem
{
    public const string ContentType = "application/problem+json";

    public static ProblemHttpResult Of(int status, Problem problem, params ReadOnlySpan<(string Name, object Value)> more)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = problem.Code, ["nextStep"] = problem.NextStep };
        foreach (var (name, value) in more) extensions[name] = value;
        return TypedResults.Problem(statusCode: status, title: problem.Code, type: TypeOf(problem.Code), detail: problem.Message, extensions: extensions);
    }

    public static string TypeOf(string code) => $"urn:edgeretail:problem:{code.ToLowerInvariant().Replace('_', '-')}";

    public static Task WriteAsync(HttpContext context, int status, Problem problem) => Of(status, problem).ExecuteAsync(context);

    public static ProblemHttpResult NotFound(Problem problem) => Of(StatusCodes.Status404NotFound, problem);

    public static ProblemHttpResult BadRequest(Problem problem) => Of(StatusCodes.Status400BadRequest, problem);
}
