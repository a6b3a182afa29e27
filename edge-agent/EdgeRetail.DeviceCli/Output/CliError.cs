namespace EdgeRetail.DeviceCli.Output;

/// <summary>What went wrong: a stable code, what it is, and what to do next.</summary>
sealed record CliError(string Code, string Message, string NextStep);
