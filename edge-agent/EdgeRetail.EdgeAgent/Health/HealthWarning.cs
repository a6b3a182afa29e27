namespace EdgeRetail.EdgeAgent.Health;

/// <summary>Something that does not stop the lane and that a person should look at.</summary>
public sealed record HealthWarning(string Code, string Message, string NextStep);
