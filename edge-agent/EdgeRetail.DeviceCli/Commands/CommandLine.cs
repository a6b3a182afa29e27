using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using EdgeRetail.DeviceCli.Devices;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.Kiosk;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>The command line of the device: what it understands, and the one place where what went wrong becomes words and an exit code.</summary>
sealed class CommandLine
{
    readonly TextWriter output;
    readonly TextWriter error;
    readonly Func<string, string?> environment;
    readonly TimeProvider clock;
    readonly Random random;
    readonly Func<Guid> newId;
    readonly Option<bool> json = new("--json") { Description = "Answer with one JSON document on standard output.", Recursive = true };
    readonly Option<string?> data = new("--data") { Description = "The device's data directory. Default: EDGERETAIL_DATA, or ~/.local/share/edgeretail.", HelpName = "DIR", Recursive = true };

    Guid? ownId;

    CommandLine(TextWriter output, TextWriter error, Func<string, string?> environment, TimeProvider clock, Random random, Func<Guid> newId)
    {
        this.output = output;
        this.error = error;
        this.environment = environment;
        this.clock = clock;
        this.random = random;
        this.newId = newId;
    }

    public static string SoftwareVersion { get; } = typeof(CommandLine).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, Func<string, string?> environment, TimeProvider clock, Random random, Func<Guid> newId, CancellationToken cancellationToken) =>
        new CommandLine(output, error, environment, clock, random, newId).RunAsync(arguments, cancellationToken);

    /// <summary>An environment variable; null where it is not set.</summary>
    public string? Variable(string name) => environment(name);

    /// <summary>Who acts, for commands that record something.</summary>
    public static Option<string?> Actor() => new("--actor") { Description = "Who does it. Default: EDGERETAIL_ACTOR, or the system's user name.", HelpName = "NAME" };

    public string ActorOf(ParseResult parsed, Option<string?> actor) =>
        parsed.GetValue(actor) ?? (environment("EDGERETAIL_ACTOR") is { Length: > 0 } named ? named : Environment.UserName);

    /// <summary>Makes a command safe to give again.</summary>
    public static Option<Guid?> CommandId() => new("--command-id")
    {
        Description = "A UUID of your own: the command given again with it is not recorded again.", HelpName = "UUID",
    };

    /// <summary>The command's own id, or one that this call keeps however often it asks an agent.</summary>
    public Guid CommandIdOf(ParseResult parsed, Option<Guid?> id) => parsed.GetValue(id) ?? (ownId ??= newId());

    /// <summary>A command whose work is an answer.</summary>
    public void Answers(Command command, Func<ParseResult, DeviceDoor, Terminal, CancellationToken, Task<Answer>> work) =>
        command.SetAction((parsed, cancellationToken) => GuardedAsync(parsed, terminal => work(parsed, Door(parsed), terminal, cancellationToken), cancellationToken));

    /// <summary>
    /// A command that asks the agent, wherever it runs; once more where the agent went away before it answered. What it recorded
    /// is not recorded again: the command's id is the same.
    /// </summary>
    public void Answers(Command command, Func<ParseResult, IDevice, CancellationToken, Task<Answer>> work) =>
        Answers(command, async (parsed, door, _, cancellationToken) =>
        {
            try
            {
                return await AskAsync();
            }
            catch (CommandFailure e) when (e.Error.Code == SocketDevice.WentAway)
            {
                return await AskAsync();
            }

            async Task<Answer> AskAsync()
            {
                await using var device = await door.OpenAsync(cancellationToken);
                return await work(parsed, device, cancellationToken);
            }
        });

    public Option<string?> Cloud { get; } = new("--cloud") { Description = "The cloud's address instead of the enrolment's, like http://127.0.0.1:5001.", HelpName = "ADDRESS" };

    public TimeProvider Clock => clock;

    public Random Random => random;

    async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var parsed = Root().Parse(arguments);
        if (parsed is { Errors.Count: > 0, Action: ParseErrorAction })
        {
            var problem = new CliError("USAGE", string.Join(' ', parsed.Errors.Select(e => e.Message)), $"'{PathOf(parsed.CommandResult)} --help' shows how it is called.");
            return new Terminal(output, error, arguments.Contains("--json")).Write(problem, ExitCode.Usage);
        }

        // Signals and exceptions are dealt with here and in Program, in the same way for every command.
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    RootCommand Root()
    {
        var root = new RootCommand("EdgeRetail on a kiosk: sells without the network and syncs with the cloud.");
        root.Options.Add(json);
        root.Options.Add(data);
        root.Subcommands.Add(EnrolCommand.Build(this));
        root.Subcommands.Add(RunCommand.Build(this));
        root.Subcommands.Add(SellCommand.Build(this));
        root.Subcommands.Add(RefundCommand.Build(this));
        root.Subcommands.Add(VoidCommand.Build(this));
        root.Subcommands.Add(ReceiveCommand.Build(this));
        root.Subcommands.Add(AdjustCommand.Build(this));
        root.Subcommands.Add(WasteCommand.Build(this));
        root.Subcommands.Add(CountCommand.Build(this));
        root.Subcommands.Add(EditCommand.Build(this));
        root.Subcommands.Add(EditCommand.BuildList(this));
        root.Subcommands.Add(OpenCommand.Build(this));
        root.Subcommands.Add(CashCommand.Build(this));
        root.Subcommands.Add(DayCommand.Build(this));
        root.Subcommands.Add(StockCommand.Build(this));
        root.Subcommands.Add(ExplainCommand.Build(this));
        root.Subcommands.Add(TraceCommand.Build(this));
        root.Subcommands.Add(SearchCommand.Build(this));
        root.Subcommands.Add(OutboxCommand.Build(this));
        root.Subcommands.Add(SyncCommand.Build(this));
        root.Subcommands.Add(StatusCommand.Build(this));
        root.Subcommands.Add(VerifyCommand.Build(this));
        root.Subcommands.Add(RepairCommand.Build(this));
        root.Subcommands.Add(DecommissionCommand.Build(this));
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction action)
            {
                action.MaxWidth = TextTable.WidthMax;
                help.Action = new HelpWithExamples(action);
            }
        }

        return root;
    }

    DeviceDoor Door(ParseResult parsed) => new(DataDirectory(parsed), ApprovalAbove(), parsed.GetValue(Cloud), SoftwareVersion, clock, random, NullLoggerFactory.Instance);

    /// <summary>EDGERETAIL_APPROVAL_ABOVE: so many percent below the catalogue's price need somebody who agrees; not set: nobody is asked.</summary>
    int? ApprovalAbove()
    {
        if (environment("EDGERETAIL_APPROVAL_ABOVE") is not { Length: > 0 } text) return null;
        return LineText.Scaled(text, 100m) is >= 0 and <= 10_000 and var hundredths
            ? (int)hundredths
            : throw CommandFailure.Usage("APPROVAL_ABOVE_INVALID", $"EDGERETAIL_APPROVAL_ABOVE is '{text}', which is no percentage from 0 to 100.", "Set it to a percentage such as 15, or not at all.");
    }

    string DataDirectory(ParseResult parsed)
    {
        var chosen = parsed.GetValue(data) ?? environment("EDGERETAIL_DATA");
        return Path.GetFullPath(string.IsNullOrEmpty(chosen)
            ? Path.Combine(environment("XDG_DATA_HOME") is { Length: > 0 } shared ? shared : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"), "edgeretail")
            : chosen);
    }

    static string PathOf(CommandResult command) => command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "edgeretail";

    async Task<int> GuardedAsync(ParseResult parsed, Func<Terminal, Task<Answer>> work, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(output, error, parsed.GetValue(json));
        try
        {
            return terminal.Write(await work(terminal));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return terminal.Write(new("CANCELLED", "The command was stopped before it ended.", "What was recorded stays; look at 'edgeretail status'."), ExitCode.Refused);
        }
        catch (CommandFailure failure)
        {
            if (failure.ExitCode == ExitCode.Bug) error.WriteLine(failure);
            return terminal.Write(failure.Error, failure.ExitCode);
        }
        catch (LedgerException e)
        {
            var failure = CommandFailure.Of(e);
            return terminal.Write(failure.Error, failure.ExitCode);
        }
        catch (KioskStartException e)
        {
            return terminal.Write(new(e.Code, e.Message, e.NextStep), ExitCode.Refused);
        }
        catch (Exception e)
        {
            error.WriteLine(e);
            return terminal.Write(new("BUG", $"edgeretail failed: {e.Message}", "Report it with the lines above; what was recorded stays."), ExitCode.Bug);
        }
    }
}
