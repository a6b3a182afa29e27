using System.ComponentModel;
using EdgeRetail.CloudSync.Operations.Receipts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>A receipt, from its number or QR code to all that it came to.</summary>
static class ReceiptRoutes
{
    public static void MapReceipts(this IEndpointRouteBuilder api) => api.MapGet("/receipts/{receipt}", TraceAsync)
        .WithName("TraceReceipt").WithTags("Receipts")
        .WithSummary("Follow a receipt: device, entry, acknowledgement, journal, effects, returns, exceptions")
        .WithDescription("By its number as printed, or by the entry id that its QR code holds. More than one match where a restored or copied device printed a number twice. Durable says whether the deployment's worst restore keeps it.")
        .WithProblem(400, ReceiptInvalid("42"))
        .WithProblem(404, ReceiptNotFound("T1-1-000042"));

    public static Problem ReceiptInvalid(string receipt) => new("RECEIPT_INVALID", $"'{receipt}' is neither a receipt number nor what its QR code holds.", "Type it as printed, for example T1-1-000042.");

    public static Problem ReceiptNotFound(string receipt) => new("RECEIPT_NOT_FOUND", $"No journal has {receipt}.", "Check the number; what is not sent yet is on its device: 'edgeretail trace'.");

    static async Task<Results<Ok<ReceiptTrace>, ProblemHttpResult>> TraceAsync(ReceiptQueries receipts, [Description("As printed, or what the QR code holds.")] string receipt, CancellationToken cancellationToken) =>
        ApiRoutes.TextViolation("receipt", receipt) is { } problem ? ApiProblem.BadRequest(problem)
        : await receipts.TraceAsync(receipt, cancellationToken) is not { } trace ? ApiProblem.BadRequest(ReceiptInvalid(receipt))
        : trace.Matches.Count == 0 ? ApiProblem.NotFound(ReceiptNotFound(trace.Asked))
        : TypedResults.Ok(trace);
}
