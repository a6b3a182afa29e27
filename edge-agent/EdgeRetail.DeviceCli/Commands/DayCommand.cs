using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>day close</c>, <c>day status</c> and <c>day certificate</c>.</summary>
static class DayCommand
{
    public static Command Build(CommandLine line)
    {
        var command = new Command("day", "Close the business day, and see what the cloud certified.");
        command.Subcommands.Add(Close(line));
        command.Subcommands.Add(Status(line));
        command.Subcommands.Add(Certificate(line));
        return command;
    }

    /// <summary>The date of a business day, where a command wants one.</summary>
    public static Option<DateOnly?> Date(string description) => new("--date") { Description = description, HelpName = "YYYY-MM-DD" };

    static Command Close(CommandLine line)
    {
        var date = Date("Which business date. Default: the one that it is now.");
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("close", "Close a business date: everything recorded here since the close before is counted.") { date, actor, id };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var recorded = await device.RecordAsync(new CloseDayRequest(line.ActorOf(parsed, actor), parsed.GetValue(date), line.CommandIdOf(parsed, id)), cancellationToken);
            var close = (await device.DayAsync(cancellationToken)).Closes.FirstOrDefault(each => each.EntryId == recorded.EntryId);
            return Answer.Of(recorded, ApiJson.Default.RecordedResponse, (output, _) =>
            {
                if (recorded.Replayed) output.WriteLine("Recorded before, and not again:");
                if (close is null)
                {
                    output.WriteLine($"Recorded: entry {recorded.EntryId} at position {recorded.Position}.");
                    return;
                }

                DayText.Print(output, close);
                output.WriteLine();
                DayText.Print(output, close.Figures);
            });
        });
        return command;
    }

    static Command Status(CommandLine line)
    {
        var command = new Command("status", "Show what was recorded since the latest close, and what became of the closes.");
        line.Answers(command, async (_, device, cancellationToken) => Answer.Of(await device.DayAsync(cancellationToken), ApiJson.Default.DayResponse, DayText.Print));
        return command;
    }

    static Command Certificate(CommandLine line)
    {
        var date = new Option<DateOnly>("--date") { Description = "Which business date.", HelpName = "YYYY-MM-DD", Required = true };
        var file = new Option<string?>("--out") { Description = "The file to write; it must not be there. Default: standard output.", HelpName = "FILE" };
        var command = new Command("certificate", "Write the certificate of a closed date to a file.") { date, file };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var certificate = await device.CertificateAsync($"{parsed.GetValue(date):yyyy-MM-dd}", cancellationToken);
            if (parsed.GetValue(file) is { } path) await WriteAsync(path, certificate.Certificate, cancellationToken);
            return Answer.Of(certificate, ApiJson.Default.CertificateResponse, (output, value) => output.WriteLine(parsed.GetValue(file) is { } written ? $"Written to {written}." : value.Certificate));
        });
        return command;
    }

    static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(stream);
            await writer.WriteLineAsync(text.AsMemory(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(new("FILE_NOT_WRITTEN", $"{path} cannot be written: {e.Message}", "Name a file that is not there yet, in a folder that is."), ExitCode.Refused, e);
        }
    }
}
