using System.Text.Json;
using EdgeRetail.EdgeAgent.Commands;
using Microsoft.AspNetCore.Http;

namespace EdgeRetail.Kiosk.Api;

/// <summary>The problems of the local API itself; what commands refuse has codes of its own.</summary>
static class Problems
{
    public static Problem BadRequest(string code, string detail, string nextStep) => new("Bad request", StatusCodes.Status400BadRequest, code, detail, nextStep);

    public static Problem NotUnderstood(string detail) => BadRequest("BODY_NOT_UNDERSTOOD", detail, "Send the body as the API describes it.");

    public static Problem Forbidden(string code, string detail, string nextStep) => new("Forbidden", StatusCodes.Status403Forbidden, code, detail, nextStep);

    public static Problem NotFound(string code, string detail, string nextStep) => new("Not found", StatusCodes.Status404NotFound, code, detail, nextStep);

    public static Problem Refused(string code, string detail, string nextStep) => new("Refused", StatusCodes.Status422UnprocessableEntity, code, detail, nextStep);

    /// <summary>
    /// A rule's refusal is final; trouble of the ledger's disk (LEDGER_…) is not the basket's fault and may pass, so the page
    /// tries the same command again.
    /// </summary>
    public static Problem Of(CommandResult.Refused refused) => refused.Code.StartsWith("LEDGER_", StringComparison.Ordinal)
        ? LedgerTrouble(refused.Code, refused.Message, refused.NextStep)
        : Refused(refused.Code, refused.Message, refused.NextStep);

    public static Problem LedgerTrouble(string code, string detail, string nextStep) => new("Ledger trouble", StatusCodes.Status503ServiceUnavailable, code, detail, nextStep);

    public static Problem BodyTooLarge(long bytesMax) =>
        new("Too large", StatusCodes.Status413PayloadTooLarge, "BODY_TOO_LARGE", $"The request is larger than {bytesMax / 1024} KB.", "Split it.");

    public static Problem NotJson => new("Not JSON", StatusCodes.Status415UnsupportedMediaType, "CONTENT_TYPE_NOT_JSON", "The request body has to be JSON.", "Send it with Content-Type: application/json.");

    public static Problem SocketOnly =>
        Forbidden("SOCKET_ONLY", "This is not done from the kiosk page.", "Use the command edgeretail on the kiosk.");

    /// <summary>The problem for a status that routing set without a body; null for one that is no error.</summary>
    public static Problem? ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => NotFound("NOT_FOUND", "There is nothing at this address.", "Open / for the kiosk page."),
        StatusCodes.Status405MethodNotAllowed => new("Method not allowed", status, "METHOD_NOT_ALLOWED", "This address does not take that method.", "Look at the API's list of addresses."),
        StatusCodes.Status415UnsupportedMediaType => NotJson,
        >= 400 => new("Refused", status, "REQUEST_REFUSED", "The request was refused.", "Send the request as the API describes it."),
        _ => null,
    };

    public static async Task Write(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(context.Response.Body, problem, ApiJson.Default.Problem, context.RequestAborted);
    }
}
