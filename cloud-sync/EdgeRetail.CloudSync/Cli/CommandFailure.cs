using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>The surroundings do not let a command do its work: ends it with the problem and the exit code.</summary>
sealed class CommandFailure(Problem problem, int exitCode, Exception? inner = null) : Exception($"{problem.Code}: {problem.Message}", inner)
{
    public Problem Problem { get; } = problem;

    public int ExitCode { get; } = exitCode;
}
