using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>The OpenAPI document: what the API is about, and each error with its code and an example.</summary>
static class OpenApiDescription
{
    public static TBuilder WithProblem<TBuilder>(this TBuilder builder, int status, string code, string example)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new DocumentedProblem(status, code, example));

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "EdgeRetail operations",
                Version = "v1",
                Description = "How the shops' devices sync, what the cloud holds of them, and why. Reads only. Times are UTC. Errors are RFC 9457 problem details whose code is stable: switch on the code, not on the words.",
            };
            // The address is where the document came from: a fixed one would be wrong behind every proxy.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var problems in context.Description.ActionDescriptor.EndpointMetadata.OfType<DocumentedProblem>().GroupBy(problem => problem.Status)) Add(operation, problems);
            return Task.CompletedTask;
        });
    }

    static void Add(OpenApiOperation operation, IGrouping<int, DocumentedProblem> problems)
    {
        var examples = new Dictionary<string, IOpenApiExample>();
        foreach (var problem in problems)
        {
            examples[problem.Code] = new OpenApiExample
            {
                Value = new JsonObject { ["status"] = problem.Status, ["title"] = problem.Code, ["detail"] = problem.Example, ["code"] = problem.Code, ["nextStep"] = "…" },
            };
        }

        operation.Responses ??= [];
        operation.Responses[$"{problems.Key}"] = new OpenApiResponse
        {
            Description = string.Join(", ", problems.Select(problem => problem.Code)),
            Content = new Dictionary<string, OpenApiMediaType> { [ApiProblem.ContentType] = new() { Examples = examples } },
        };
    }
}
