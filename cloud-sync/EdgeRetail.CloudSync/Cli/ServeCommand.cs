using System.CommandLine;
using System.Text.Json;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Durability;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>serve</c>: one replica, until it is told to stop.</summary>
static class ServeCommand
{
    public static Command Build(CloudSyncCommandLine line, DatabaseOptions options, SecretSource secrets, TimeProvider clock)
    {
        var grpcPort = new Option<int>("--grpc-port") { Description = "The devices' port on loopback; 0 takes a free one.", DefaultValueFactory = _ => 5001 };
        var port = new Option<int>("--port") { Description = "The operators' port on loopback; 0 takes a free one.", DefaultValueFactory = _ => 5000 };
        var replica = new Option<string?>("--replica") { Description = "This replica's name in status and logs. Default: the machine's name and the process id." };
        var durability = new Option<string?>("--durability")
        {
            Description = "When devices may forget what was taken: archive (its write-ahead log is archived), standby (a synchronous standby has it), or age:N, like age:14d. Default: archive where archive_mode is on, else age:14d.",
            HelpName = "archive|standby|age:N",
        };
        var durabilityEvery = new Option<int>("--durability-every") { Description = "Seconds between two looks at what has become durable.", DefaultValueFactory = _ => 30 };
        var command = new Command("serve", "Serve devices (gRPC) and operators (page, REST, health) until Ctrl-C or SIGTERM. Prints one line of JSON when it is ready.") { grpcPort, port, replica, durability, durabilityEvery, options.KeyFile, options.CertificateKeyFile };
        line.Answers(command, async (parsed, database, terminal, cancellationToken) =>
        {
            var published = new DurabilityOptions(Mode(parsed.GetValue(durability))) { Interval = Every(parsed.GetValue(durabilityEvery)) };
            if (published.Mode is { } mode)
            {
                await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
                if (await DurabilitySetup.ProblemAsync(mode, connection, cancellationToken) is { } unfit) return new Answer.Refused(unfit);
            }

            var settings = new ServeSettings(
                Port(parsed.GetValue(grpcPort), "--grpc-port"),
                Port(parsed.GetValue(port), "--port"),
                parsed.GetValue(replica) ?? $"{Environment.MachineName}-{Environment.ProcessId}",
                database.ConnectionString,
                // Keys made by a replica alone would be no other's: only a development cloud makes its own.
                database.IsDevelopment ? SessionKeyFile.LoadOrCreate(options.KeyFilePath(parsed), secrets, clock) : SessionKeyFile.Load(options.KeyFilePath(parsed)),
                published) { CertificateKeyFile = options.CertificateKeyFilePath(parsed) };
            await using var server = CloudServer.Build(settings, secrets, clock);
            if (await server.StartAsync(cancellationToken) is { } problem) return new Answer.Refused(problem);

            terminal.Output.WriteLine(JsonSerializer.Serialize(
                new { @event = "ready", grpc = server.GrpcAddress, http = server.HttpAddress, database = database.Description, replica = settings.Replica },
                JsonSerializerOptions.Web));
            await terminal.Output.FlushAsync(CancellationToken.None);
            await server.RunUntilAsync(cancellationToken);
            return new Answer.Silent();
        });
        return command;
    }

    static DurabilityMode? Mode(string? text) => text is null ? null : DurabilityMode.Read(text) ?? throw new CommandFailure(DurabilitySetup.Unreadable, ExitCode.Usage);

    static TimeSpan Every(int seconds) =>
        seconds is >= 1 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandFailure(new Problem("DURABILITY_INTERVAL_INVALID", $"{seconds} seconds are no interval for --durability-every.", "Give it a number from 1 to 3600."), ExitCode.Usage);

    static int Port(int port, string option) =>
        port is >= 0 and <= 65535
            ? port
            : throw new CommandFailure(new Problem("PORT_INVALID", $"{port} is no port.", $"Give {option} a number from 0 to 65535."), ExitCode.Usage);
}
