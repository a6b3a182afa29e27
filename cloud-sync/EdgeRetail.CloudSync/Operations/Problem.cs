namespace EdgeRetail.CloudSync.Operations;

/// <summary>Why something was not done: a stable code, a sentence for people, and what to do next.</summary>
public sealed record Problem(string Code, string Message, string NextStep);
