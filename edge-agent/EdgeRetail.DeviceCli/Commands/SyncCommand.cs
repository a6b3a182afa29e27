using System.CommandLine;
using EdgeRetail.DeviceCli.Output;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>sync</c>: once, until nothing is left to send or to take.</summary>
static class SyncCommand
{
    public static Command Build(CommandLine line)
    {
        var timeout = Timeout(defaultSeconds: 600);
        var command = new Command("sync", "Send what waits and take what is new, then end. Where 'run' holds the ledger, that one syncs now.") { timeout, line.Cloud };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var before = await device.StatusAsync(cancellationToken);
            await device.SyncAsync(TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancellationToken);
            var after = await device.StatusAsync(cancellationToken);
            return Answer.Of(
                new Synced(after.Outbox.AcknowledgedThrough - before.Outbox.AcknowledgedThrough, after.Outbox, after.StoreFeedVersion, after.Catalogue),
                CliJson.Default.Synced,
                Print);
        });
        return command;
    }

    public static Option<int> Timeout(int defaultSeconds)
    {
        var timeout = new Option<int>("--timeout") { Description = "Give up after so many seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => defaultSeconds };
        timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 86_400) result.AddError("--timeout is from 1 to 86400 seconds.");
        });
        return timeout;
    }

    static void Print(TextWriter output, Synced synced)
    {
        output.WriteLine(synced.Sent == 0 ? "Nothing waited to be sent." : $"Sent {PlainText.Count(synced.Sent, "entry", "entries")}; the cloud has acknowledged everything.");
        output.WriteLine($"Store feed at version {synced.StoreFeedVersion}, {PlainText.Count(synced.Catalogue.Products, "product", "products")} in the catalogue.");
    }
}
