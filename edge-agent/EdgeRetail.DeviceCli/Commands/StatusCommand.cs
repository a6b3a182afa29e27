using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>status</c>.</summary>
static class StatusCommand
{
    const int LabelWidth = 16;

    public static Command Build(CommandLine line)
    {
        var command = new Command("status", "Show how this device stands.");
        line.Answers(command, async (_, device, cancellationToken) => Answer.Of(await device.StatusAsync(cancellationToken), ApiJson.Default.StatusResponse, Print));
        return command;
    }

    static void Print(TextWriter output, StatusResponse status)
    {
        var zone = status.TimeZone;
        Row(output, "Device", $"{status.DeviceCode} (id {status.DeviceId}), edgeretail {status.SoftwareVersion}");
        Row(output, "Store", $"{status.StoreId}, {status.StoreName} ({status.Currency}, {zone})");
        Row(output, "Sync", status.Sync.Words);
        Row(output, "Last contact", PlainText.Time(status.Sync.LastContactAt, zone));
        if (status.Sync.NextAttemptAt is { } next) Row(output, "Next try", PlainText.Time(next, zone));
        if (status.Sync.LastErrorCode is { } code) Row(output, "Last error", $"{code}: {status.Sync.LastErrorMessage}");
        Row(output, "To send", status.Outbox.OldestAt is { } oldest && status.Outbox.Count > 0
            ? $"{PlainText.Count(status.Outbox.Count, "entry", "entries")}, the oldest of {PlainText.Time(oldest, zone)}"
            : "nothing");
        Row(output, "Recorded", $"{PlainText.Count(status.Outbox.LastSequence, "entry", "entries")}; acknowledged {status.Outbox.AcknowledgedThrough}, durable {status.Outbox.DurableThrough}");
        Row(output, "Pending", PlainText.Count(status.PendingCount, "entry not yet in the stock figures", "entries not yet in the stock figures"));
        if (status.QuarantinedCount > 0) Row(output, "Quarantined", PlainText.Count(status.QuarantinedCount, "entry", "entries"));
        if (status.CacheDriftCount > 0) Row(output, "Cache drift", PlainText.Count(status.CacheDriftCount, "figure", "figures"));
        Row(output, "Stock as of", PlainText.Time(status.StockAsOf, zone));
        Row(output, "Catalogue", $"{PlainText.Count(status.Catalogue.Products, "product", "products")}, version {status.Catalogue.Version}");
        Row(output, "Next receipt", $"{status.DeviceCode}-{status.Receipts.Series}-{status.Receipts.Next:000000}");
        Row(output, "Stream", status.Stream ?? "none");
        Row(output, "Disk", $"{PlainText.Bytes(status.Disk.FreeBytes)} free");
        foreach (var warning in status.Warnings.Concat(status.Conditions))
        {
            output.WriteLine();
            Terminal.WriteWrapped(output, $"{warning.Code}: {warning.Message}", "");
            Terminal.WriteWrapped(output, $"Next: {warning.NextStep}", "  ");
        }
    }

    static void Row(TextWriter output, string label, string text) => Terminal.WriteRow(output, label.PadRight(LabelWidth), text);
}
