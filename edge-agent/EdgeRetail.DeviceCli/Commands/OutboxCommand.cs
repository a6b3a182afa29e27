using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>outbox</c>.</summary>
static class OutboxCommand
{
    public static Command Build(CommandLine line)
    {
        var limit = new Option<int>("--limit") { Description = "At most so many entries, the oldest first.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("outbox", "Show what the cloud has not acknowledged yet.") { limit };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var zone = (await device.StatusAsync(cancellationToken)).TimeZone;
            return Answer.Of(await device.OutboxAsync(parsed.GetValue(limit), cancellationToken), ApiJson.Default.OutboxResponse, (output, outbox) => Print(output, outbox, zone));
        });
        return command;
    }

    static void Print(TextWriter output, OutboxResponse outbox, string zone)
    {
        if (outbox.Count == 0)
        {
            output.WriteLine("The outbox is empty: the cloud has acknowledged everything.");
            return;
        }

        var table = new TextTable("sequence", "kind", "recorded", "bytes", "entry").Figures(0, 3);
        foreach (var item in outbox.Items) table.Add($"{item.Sequence}", item.Kind, PlainText.Time(item.RecordedAt, zone), $"{item.Bytes}", $"{item.EntryId}"[..13] + "…");
        table.WriteTo(output);
        output.WriteLine();
        output.WriteLine($"{PlainText.Count(outbox.Count, "entry", "entries")} to send. Next: edgeretail sync");
    }
}
