using System.CommandLine;
using System.Text.Json;
using EdgeRetail.DeviceCli.Hosting;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent.Enrolment;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>run</c>: the agent as a service.</summary>
static class RunCommand
{
    const int DefaultPort = 8080;

    public static Command Build(CommandLine line)
    {
        var port = new Option<int>("--kiosk-port") { Description = "The port of the kiosk page on 127.0.0.1; 0 takes a free one.", HelpName = "PORT", DefaultValueFactory = _ => DefaultPort };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > ushort.MaxValue) result.AddError("--kiosk-port is from 0 to 65535.");
        });
        var command = new Command("run", "Serve the kiosk page and sync, until stopped (Ctrl-C or SIGTERM).") { port, line.Cloud };
        line.Answers(command, async (parsed, door, terminal, cancellationToken) =>
        {
            if (parsed.GetValue(line.Cloud) is { } cloud && EnrolmentFile.CheckAddress(cloud, out _) is { } refused)
                throw CommandFailure.Refused(refused.Code, refused.Message, refused.NextStep);
            await AgentHost.RunAsync(
                door,
                parsed.GetValue(port),
                line,
                addresses =>
                {
                    var ready = new AgentReady("ready", addresses.Page.GetLeftPart(UriPartial.Authority), addresses.Socket);
                    terminal.Output.WriteLine(terminal.IsJson ? JsonSerializer.Serialize(ready, CliJson.Default.AgentReady) : $"The kiosk page is at {ready.Kiosk}. Stop with Ctrl-C.");
                    terminal.Output.Flush();
                },
                cancellationToken);
            return Answer.Silent;
        });
        return command;
    }
}
