namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>An error that an endpoint may answer with, for the OpenAPI document.</summary>
sealed record DocumentedProblem(int Status, string Code, string Example);
