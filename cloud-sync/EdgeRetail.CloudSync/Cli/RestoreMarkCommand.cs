using System.CommandLine;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>restore-mark</c>: the step after a restore that PostgreSQL itself leaves no sign of.</summary>
static class RestoreMarkCommand
{
    public static Command Build(CloudSyncCommandLine line, SecretSource secrets)
    {
        var command = new Command(
            "restore-mark",
            "Say that the database was restored: after a copy of the data directory or a machine's snapshot was put back, before replicas serve again. A restore from the archive and a promoted standby need no mark. Harmless when it was not needed.");
        line.Answers(command, async (_, database, _, cancellationToken) =>
        {
            var (incarnation, systemIdentifier, timeline) = await new RestoreMark(database.DataSource, secrets).WriteAsync(cancellationToken);
            return new Answer.Given(
                new { incarnation = incarnation.ToString(), systemIdentifier, timeline },
                output =>
                {
                    output.WriteLine($"A new incarnation of the database begins: {incarnation}.");
                    Terminal.WriteWrapped(output, "Devices that have nothing more than the database go on; the others send again what it lacks. 'cloud-sync device list' shows who is rewinding.", "");
                });
        });
        return command;
    }
}
