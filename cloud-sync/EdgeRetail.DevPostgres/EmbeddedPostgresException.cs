namespace EdgeRetail.DevPostgres;

/// <summary>The embedded PostgreSQL cannot be had: a stable code, what happened, and what to do next.</summary>
public sealed class EmbeddedPostgresException(string code, string what, string nextStep, Exception? inner = null)
    : Exception($"{code}: {what} Next: {nextStep}", inner)
{
    public string Code { get; } = code;

    public string What { get; } = what;

    public string NextStep { get; } = nextStep;
}
