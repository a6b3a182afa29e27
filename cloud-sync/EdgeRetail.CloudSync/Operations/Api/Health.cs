namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>What a probe is told when all is well.</summary>
sealed record Health(string Status);
