namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>An error that an endpoint may answer with, by an example, for the OpenAPI document.</summary>
sealed record DocumentedProblem(int Status, Problem Example);
