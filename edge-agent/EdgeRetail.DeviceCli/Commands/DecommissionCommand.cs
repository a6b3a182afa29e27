using System.CommandLine;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Devices;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>decommission</c>: takes a device out of service, and loses nothing that nobody knows of.</summary>
static class DecommissionCommand
{
    public static Command Build(CommandLine line)
    {
        var discard = new Option<long?>("--discard") { Description = "Give up exactly so many entries that have not arrived in the cloud.", HelpName = "N" };
        var erase = new Option<bool>("--erase") { Description = "Erase the ledger and the logs instead of keeping them in a folder; only once the cloud has everything for good." };
        var timeout = SyncCommand.Timeout(defaultSeconds: 60);
        var command = new Command("decommission", "Take this device out of service: send what waits, then remove its key and set its ledger aside.") { discard, erase, timeout, line.Cloud };
        line.Answers(command, async (parsed, door, _, cancellationToken) =>
        {
            using var agent = Open(door, line.Clock);
            await using var device = new LedgerDevice(agent, door.SyncOptions, line.Random, NullLoggerFactory.Instance);
            var patience = TimeSpan.FromSeconds(parsed.GetValue(timeout));
            var failure = await SyncAsync(device, patience, cancellationToken);
            var atRisk = agent.Queries.AtRisk(untilDurable: parsed.GetValue(erase));
            if (atRisk.Count > 0 && parsed.GetValue(discard) != atRisk.Count) throw Refused(agent, atRisk, parsed.GetValue(erase), failure);

            var status = await device.StatusAsync(cancellationToken);
            if (failure is null)
            {
                agent.AnnounceDecommissioning($"Taken out of service on the device{(atRisk.Count == 0 ? "; everything has arrived" : "")}.");
                failure = await SyncAsync(device, patience, cancellationToken);
            }

            var folder = agent.Decommission(parsed.GetValue(erase));
            return Answer.Of(
                new Decommissioned(status.DeviceId, status.DeviceCode, status.StoreId, status.Outbox.LastSequence, atRisk.Count, failure is null, folder),
                CliJson.Default.Decommissioned,
                Print);
        });
        return command;
    }

    static Agent Open(DeviceDoor door, TimeProvider clock)
    {
        try
        {
            return Agent.Open(door.AgentOptions, clock);
        }
        catch (LedgerException e) when (e.Code == LedgerException.Busy)
        {
            throw CommandFailure.Refused(e.Code, e.Message, "Stop 'edgeretail run' on this device first: it must not sell while it goes out of service.");
        }
    }

    /// <summary>Null where everything went up and came down.</summary>
    static async Task<CliError?> SyncAsync(LedgerDevice device, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await device.SyncAsync(patience, cancellationToken);
            return null;
        }
        catch (CommandFailure e)
        {
            return e.Error;
        }
    }

    static CommandFailure Refused(Agent agent, EntriesAtRisk atRisk, bool erase, CliError? failure)
    {
        var zone = agent.Ledger.Identity.TimeZone;
        var kinds = string.Join(", ", atRisk.ByKind.Select(each => PlainText.Count(each.Value, One(each.Key), Many(each.Key))));
        var receipts = atRisk is { FirstReceipt: { } first, LastReceipt: { } last }
            ? $" Receipts {(first == last ? $"{first}" : $"{first} to {last}")}, {PlainText.Amount(atRisk.Taken.MinorUnits, atRisk.Taken.Currency.Code)} {atRisk.Taken.Currency} in all."
            : "";
        var recorded = atRisk is { OldestAt: { } oldest, NewestAt: { } newest } ? $" Recorded from {PlainText.Time(oldest, zone)} to {PlainText.Time(newest, zone)}." : "";
        var because = failure is null ? "" : $" {failure.Code}: {failure.Message}";
        var unsent = agent.Queries.Status().Outbox.Count;
        var entries = PlainText.Count(atRisk.Count, "entry", "entries");
        return erase && unsent < atRisk.Count
            ? CommandFailure.Refused(
                "ENTRIES_NOT_DURABLE", $"{entries} would be lost if the cloud had to be restored now{(unsent > 0 ? $", and {unsent} of them have not arrived at all" : "")}: {kinds}.{receipts}{recorded}{because}",
                $"Leave --erase out, or wait until 'edgeretail status' says that all are durable. To give them up for good: --discard {atRisk.Count}")
            : CommandFailure.Refused(
                "ENTRIES_UNSENT", $"{entries} of this device {(atRisk.Count == 1 ? "has" : "have")} not arrived in the cloud: {kinds}.{receipts}{recorded}{because}",
                $"Connect it to the cloud and give the command again. To give them up for good: --discard {atRisk.Count}{(erase ? "" : "; they stay in the folder that the ledger is moved to")}");
    }

    static string One(EntryKind kind) => kind switch
    {
        EntryKind.SaleRecorded => "sale",
        EntryKind.SaleVoided => "void",
        EntryKind.RefundRecorded => "refund",
        EntryKind.GoodsReceived => "receipt of goods",
        EntryKind.StockOpened => "first stock",
        EntryKind.StockAdjusted => "correction",
        EntryKind.StockWasted => "record of waste",
        EntryKind.ProductEdited => "edit of a product",
        EntryKind.StockCounted => "count",
        EntryKind.CashMoved => "movement of cash",
        EntryKind.BusinessDayClosed => "close of a day",
        _ => "other",
    };

    static string Many(EntryKind kind) => kind switch
    {
        EntryKind.SaleRecorded => "sales",
        EntryKind.SaleVoided => "voids",
        EntryKind.RefundRecorded => "refunds",
        EntryKind.GoodsReceived => "receipts of goods",
        EntryKind.StockOpened => "first stocks",
        EntryKind.StockAdjusted => "corrections",
        EntryKind.StockWasted => "records of waste",
        EntryKind.ProductEdited => "edits of products",
        EntryKind.StockCounted => "counts",
        EntryKind.CashMoved => "movements of cash",
        EntryKind.BusinessDayClosed => "closes of a day",
        _ => "others",
    };

    static void Print(TextWriter output, Decommissioned done)
    {
        Terminal.WriteWrapped(
            output,
            $"{done.DeviceCode} is out of service, and its key is gone. {(done.Discarded == 0 ? $"All that it recorded has arrived in the cloud." : $"{PlainText.Count(done.Discarded, "entry was", "entries were")} given up.")}",
            "");
        output.WriteLine(done.Folder is null ? "Its ledger was erased." : $"Its ledger is kept in {done.Folder}");
        output.WriteLine($"Next, in the cloud: cloud-sync device retire {done.DeviceCode}{(done.Discarded == 0 ? "" : $" --missing {done.Discarded}")}");
    }
}
