using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>What a command says in the end.</summary>
abstract record Answer(int ExitCode)
{
    /// <summary>One document, for machines as JSON and for people as <paramref name="Print"/> writes it.</summary>
    public sealed record Given(object Document, Action<TextWriter> Print, int ExitCode = Cli.ExitCode.Ok) : Answer(ExitCode);

    public sealed record Refused(Problem Problem, int ExitCode = Cli.ExitCode.Refused) : Answer(ExitCode);

    /// <summary>The command has said what there was to say itself.</summary>
    public sealed record Silent(int ExitCode = Cli.ExitCode.Ok) : Answer(ExitCode);
}
