using System.CommandLine;
using System.Text.Json;
using EdgeRetail.CloudSync.Devices;
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
        var command = new Command("serve", "Serve devices (gRPC) and operators (page, REST, health) until Ctrl-C or SIGTERM. Prints one line of JSON when it is ready.") { grpcPort, port, replica, options.KeyFile };
        line.Answers(command, async (parsed, database, terminal, cancellationToken) =>
        {
            var settings = new ServeSettings(
                Port(parsed.GetValue(grpcPort), "--grpc-port"),
                Port(parsed.GetValue(port), "--port"),
                parsed.GetValue(replica) ?? $"{Environment.MachineName}-{Environment.ProcessId}",
                database.ConnectionString,
                // Keys made by a replica alone would be no other's: only a development cloud makes its own.
                database.IsDevelopment ? SessionKeyFile.LoadOrCreate(options.KeyFilePath(parsed), secrets, clock) : SessionKeyFile.Load(options.KeyFilePath(parsed)));
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

    static int Port(int port, string option) =>
        port is >= 0 and <= 65535
            ? port
            : throw new CommandFailure(new Problem("PORT_INVALID", $"{port} is no port.", $"Give {option} a number from 0 to 65535."), ExitCode.Usage);
}
