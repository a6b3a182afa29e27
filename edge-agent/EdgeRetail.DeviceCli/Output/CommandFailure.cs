using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Output;

/// <summary>Ends a command with what went wrong and an exit code.</summary>
sealed class CommandFailure(CliError error, int exitCode, Exception? inner = null) : Exception($"{error.Code}: {error.Message}", inner)
{
    public CliError Error => error;

    public int ExitCode => exitCode;

    public static CommandFailure Usage(string code, string message, string nextStep) => new(new(code, message, nextStep), Output.ExitCode.Usage);

    public static CommandFailure Refused(string code, string message, string nextStep) => new(new(code, message, nextStep), ExitCodeOf(code));

    public static CommandFailure Of(Problem problem) => new(new(problem.Code, problem.Detail, problem.NextStep), ExitCodeOf(problem.Code));

    public static CommandFailure Of(LedgerException ledger) => new(new(ledger.Code, ledger.Message, ledger.NextStep), ExitCodeOf(ledger.Code), ledger);

    /// <summary>By the code alone, so that it is the same whether the ledger was opened here or by the running agent.</summary>
    static int ExitCodeOf(string code) => code switch
    {
        LedgerException.NotEnrolled => Output.ExitCode.NotEnrolled,
        LedgerException.OfOtherDevice => Output.ExitCode.Refused,
        "INTERNAL_ERROR" => Output.ExitCode.Bug,
        _ when code.StartsWith("LEDGER_", StringComparison.Ordinal) => Output.ExitCode.Ledger,
        _ => Output.ExitCode.Refused,
    };
}
