using System.CommandLine;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>migrate</c>: the only way in which the schema of a shop's database changes.</summary>
static class MigrateCommand
{
    public static Command Build(CloudSyncCommandLine line, DatabaseOptions options, SecretSource secrets, TimeProvider clock)
    {
        var command = new Command("migrate", "Make the database, or bring its schema to this version's; and make the session keys where there are none.") { options.KeyFile };
        line.Answers(command, async (parsed, terminal, cancellationToken) =>
        {
            await using var database = await OpenDatabase.ReachedAsync(options.Choose(parsed), terminal, clock, cancellationToken);
            var before = await database.SchemaAsync(cancellationToken);
            if (before is SchemaState.Newer newer) return new Answer.Refused(newer.Problem, ExitCode.Database);
            await database.MigrateAsync(cancellationToken);
            var keyFile = options.KeyFilePath(parsed);
            SessionKeyFile.LoadOrCreate(keyFile, secrets, clock);
            var changed = before is SchemaState.NotMigrated;
            return new Answer.Given(
                new { database = database.Description, changed, keyFile },
                output =>
                {
                    output.WriteLine(changed ? $"Migrated {database.Description}." : $"{database.Description} is up to date already.");
                    output.WriteLine($"The session keys are in {keyFile}; every replica needs that file.");
                });
        });
        return command;
    }
}
