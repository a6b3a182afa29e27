using System.CommandLine;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>dev-database</c>: where the development database can be looked into, with any client.</summary>
static class DevDatabaseCommand
{
    public static Command Build(CloudSyncCommandLine line, DatabaseOptions options, TimeProvider clock)
    {
        var hold = new Option<bool>("--hold") { Description = "Start it if it does not run, and keep it running until Ctrl-C." };
        var command = new Command("dev-database", "Print the connection string of the development database, password included.") { hold };
        line.Answers(command, async (parsed, terminal, cancellationToken) =>
        {
            var state = options.StateDirectory(parsed);
            await using var database = await OpenDatabase.MigratedAsync(new DatabaseChoice.Development(state), terminal, clock, cancellationToken);
            var answer = new Answer.Given(new { connectionString = database.ConnectionString }, output => output.WriteLine(database.ConnectionString));
            if (!parsed.GetValue(hold))
            {
                return database.WasRunning
                    ? answer
                    : new Answer.Refused(new("DEV_DATABASE_NOT_RUNNING", $"No process uses the development database in {state}, so it does not run.", "Start 'cloud-sync serve --dev', or give --hold."), ExitCode.Database);
            }

            terminal.Write(answer);
            await terminal.Output.FlushAsync(cancellationToken);
            var stopped = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(stopped.SetResult);
            await stopped.Task;
            return new Answer.Silent();
        });
        return command;
    }
}
