using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using EdgeRetail.CloudSync.DayCloses;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.DevPostgres;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>The command line of the cloud: what it understands, and the one place where what went wrong becomes words and an exit code.</summary>
sealed class CloudSyncCommandLine
{
    readonly TextWriter output;
    readonly TextWriter error;
    readonly TimeProvider clock;
    readonly SecretSource secrets;
    readonly DatabaseOptions database = new();
    readonly Option<bool> json = new("--json") { Description = "Answer with one JSON document.", Recursive = true };

    CloudSyncCommandLine(TextWriter output, TextWriter error, TimeProvider clock, SecretSource secrets) =>
        (this.output, this.error, this.clock, this.secrets) = (output, error, clock, secrets);

    public static Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken) =>
        new CloudSyncCommandLine(output, error, TimeProvider.System, SecretSource.OfTheSystem).RunAsync(arguments, cancellationToken);

    /// <summary>A command whose work is an answer.</summary>
    public void Answers(Command command, Func<ParseResult, Terminal, CancellationToken, Task<Answer>> work) =>
        command.SetAction((parsed, cancellationToken) => GuardedAsync(parsed, terminal => work(parsed, terminal, cancellationToken), cancellationToken));

    /// <summary>A command that works on a database with this version's schema.</summary>
    public void Answers(Command command, Func<ParseResult, OpenDatabase, Terminal, CancellationToken, Task<Answer>> work) =>
        Answers(command, async (parsed, terminal, cancellationToken) =>
        {
            await using var open = await OpenDatabase.MigratedAsync(database.Choose(parsed), terminal, clock, cancellationToken);
            return await work(parsed, open, terminal, cancellationToken);
        });

    async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var parsed = Root().Parse(arguments);
        if (parsed is { Errors.Count: > 0, Action: ParseErrorAction })
        {
            var problem = new Problem("USAGE", string.Join(' ', parsed.Errors.Select(e => e.Message)), $"'{Path(parsed.CommandResult)} --help' shows how it is called.");
            return new Terminal(output, error, arguments.Contains("--json")).Write(new Answer.Refused(problem, ExitCode.Usage));
        }

        // Signals and exceptions are dealt with here and in Program, in the same way for every command.
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    RootCommand Root()
    {
        var root = new RootCommand("EdgeRetail's cloud service: merges what kiosks did into PostgreSQL, and sends them what changed.");
        root.Options.Add(json);
        database.AddTo(root);
        root.Subcommands.Add(ServeCommand.Build(this, database, secrets, clock));
        root.Subcommands.Add(MigrateCommand.Build(this, database, secrets, clock));
        root.Subcommands.Add(StoreCommand.Build(this, clock));
        root.Subcommands.Add(DeviceCommand.Build(this, secrets, clock));
        root.Subcommands.Add(CatalogueCommand.Build(this, clock));
        root.Subcommands.Add(ExplainCommand.Build(this));
        root.Subcommands.Add(ReceiptCommand.Build(this, secrets, clock));
        root.Subcommands.Add(ExceptionsCommand.Build(this, clock));
        root.Subcommands.Add(QuarantineCommand.Build(this, secrets, clock));
        root.Subcommands.Add(DayClosesCommand.Build(this));
        root.Subcommands.Add(CertificateKeyCommand.Build(this, database, secrets, clock));
        root.Subcommands.Add(ConflictsCommand.Build(this, secrets));
        root.Subcommands.Add(PolicyCommand.Build(this));
        root.Subcommands.Add(EditCommand.Build(this, secrets));
        root.Subcommands.Add(VerifyCommand.Build(this, clock));
        root.Subcommands.Add(RebuildCommand.Build(this, clock));
        root.Subcommands.Add(RestoreMarkCommand.Build(this, secrets));
        root.Subcommands.Add(DevDatabaseCommand.Build(this, database, clock));
        return root;
    }

    static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "cloud-sync";

    async Task<int> GuardedAsync(ParseResult parsed, Func<Terminal, Task<Answer>> work, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(output, error, parsed.GetValue(json));
        try
        {
            return terminal.Write(await work(terminal));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return terminal.Write(new Answer.Refused(new("CANCELLED", "The command was stopped before it ended.", "Run it again; what it had committed stays.")));
        }
        catch (CommandFailure failure)
        {
            return terminal.Write(new Answer.Refused(failure.Problem, failure.ExitCode));
        }
        catch (SessionKeyFileException e)
        {
            return terminal.Write(new Answer.Refused(new(e.Code, e.Message, e.NextStep)));
        }
        catch (CertificateKeyFileException e)
        {
            return terminal.Write(new Answer.Refused(new(e.Code, e.Message, e.NextStep)));
        }
        catch (EmbeddedPostgresException e)
        {
            return terminal.Write(new Answer.Refused(new(e.Code, e.What, e.NextStep), ExitCode.Database));
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } problem)
        {
            return terminal.Write(new Answer.Refused(problem, ExitCode.Database));
        }
        catch (Exception e)
        {
            error.WriteLine(e);
            return terminal.Write(new Answer.Refused(new("BUG", $"cloud-sync failed: {e.Message}", "Report it with the lines above; what was committed stays."), ExitCode.Bug));
        }
    }
}
