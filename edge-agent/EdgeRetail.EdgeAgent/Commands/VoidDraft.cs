using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Makes a void from what this device sold and took back before: a sale is voided whole, and once.</summary>
static class VoidDraft
{
    public static CommandDraft Resolve(WriteTransaction tx, DeviceState state, VoidSale command)
    {
        var receipt = command.Receipt;
        if (receipt.DeviceCode != state.Identity.DeviceCode || LedgerStore.Find(tx.Connection, receipt) is not { Entry: SaleRecorded sale } stored) return Refused(Refusals.VoidedSaleNotFound(receipt));
        if (sale.Header.Store != state.Identity.Store) return Refused(Refusals.SaleOfOtherStore(receipt, sale.Header.Store));
        if (VoidLog.Find(tx.Connection, stored.Position) is not null) return Refused(Refusals.SaleVoided(receipt));
        for (var line = 1; line <= sale.Lines.Count; line++)
        {
            if (RefundLog.Find(tx.Connection, stored.Position, line) is { Thousandths: > 0 } or { AmountMinor: > 0 }) return Refused(Refusals.SaleRefunded(receipt, line));
        }

        return new CommandDraft.Ready(
            (header, _) => new SaleVoided(
                header, stored.Id, sale.Receipt, [.. sale.Lines.Select(line => new VoidedLine(line.Product, line.Quantity, line.Amount))], sale.Total, PaidBack(sale.Tenders), command.Reason, command.Approver),
            (transaction, position) => VoidLog.Add(transaction, stored.Position, position));
    }

    /// <summary>What was paid by each kind, less the change.</summary>
    static IReadOnlyList<Tender> PaidBack(IReadOnlyList<Tender> tenders) => tenders.Count < 2
        ? tenders
        : [.. tenders.GroupBy(tender => tender.Kind).Select(kind => kind.Aggregate((sum, next) => sum with { Amount = sum.Amount with { MinorUnits = sum.Amount.MinorUnits + next.Amount.MinorUnits } }))];

    static CommandDraft.Refused Refused(CommandResult.Refused refusal) => new(refusal);
}
