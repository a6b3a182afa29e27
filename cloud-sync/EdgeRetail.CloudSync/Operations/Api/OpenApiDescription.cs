using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>The OpenAPI document: what the API is about, and each error with its code and an example.</summary>
static class OpenApiDescription
{
    const string ProblemSchema = "Problem";

    public static TBuilder WithProblem<TBuilder>(this TBuilder builder, int status, Problem example)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new DocumentedProblem(status, example));

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "EdgeRetail operations",
                Version = "v1",
                Description = "How the shops' devices sync, what the cloud holds of them, and why. What changes something names its actor and carries an Idempotency-Key. Times are UTC. Errors are RFC 9457 problem details whose code is stable: switch on the code, not on the words.",
            };
            // The address is where the document came from: a fixed one would be wrong behind every proxy.
            document.Servers?.Clear();
            document.AddComponent(ProblemSchema, Schema());
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var problems in context.Description.ActionDescriptor.EndpointMetadata.OfType<DocumentedProblem>().GroupBy(problem => problem.Status)) Add(operation, problems, context.Document);
            return Task.CompletedTask;
        });
    }

    static void Add(OpenApiOperation operation, IGrouping<int, DocumentedProblem> problems, OpenApiDocument? document)
    {
        var examples = new Dictionary<string, IOpenApiExample>();
        foreach (var (status, problem) in problems)
        {
            examples[problem.Code] = new OpenApiExample
            {
                Value = new JsonObject
                {
                    ["type"] = ApiProblem.TypeOf(problem.Code), ["title"] = problem.Code, ["status"] = status,
                    ["detail"] = problem.Message, ["code"] = problem.Code, ["nextStep"] = problem.NextStep,
                },
            };
        }

        operation.Responses ??= [];
        operation.Responses[$"{problems.Key}"] = new OpenApiResponse
        {
            Description = string.Join(", ", problems.Select(problem => problem.Example.Code)),
            Content = new Dictionary<string, OpenApiMediaType> { [ApiProblem.ContentType] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, document), Examples = examples } },
        };
    }

    static OpenApiSchema Schema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457 problem details. The code is stable, the words are not.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "code", "nextStep" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri" },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is wrong, for people." },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Upper snake case." },
            ["nextStep"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What to do about it." },
        },
    };
}
