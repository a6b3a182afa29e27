using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// Makes a refund from what staff typed and what this device sold and took back before. Never more than was sold; what other
/// devices took back is the cloud's to judge.
/// </summary>
sealed class RefundDraft
{
    readonly WriteTransaction tx;
    readonly DeviceState state;
    readonly SortedDictionary<(long Position, int Line), (long Thousandths, long AmountMinor)> taken = [];

    RefundDraft(WriteTransaction tx, DeviceState state)
    {
        this.tx = tx;
        this.state = state;
    }

    public static CommandDraft Resolve(WriteTransaction tx, DeviceState state, RecordRefund command)
    {
        if (command.Tender == TenderKind.Unspecified || !Enum.IsDefined(command.Tender)) return new CommandDraft.Refused(Refusals.TenderMissing());
        if (command.Lines.Count > ProtocolLimits.EntryLinesMax)
            return new CommandDraft.Refused(Refusals.Of(new("TOO_MANY_LINES", $"An entry has at most {ProtocolLimits.EntryLinesMax} lines, this has {command.Lines.Count}.")));
        var draft = new RefundDraft(tx, state);
        var lines = new RefundLine[command.Lines.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            if (draft.Resolve(command.Lines[i], out lines[i]) is { } refusal) return new CommandDraft.Refused(refusal);
        }

        var total = LineAmounts.Total(lines.Select(line => line.Amount), state.Identity.Currency);
        return new CommandDraft.Ready(
            (header, receipt) => new RefundRecorded(header, receipt, lines, total, [new(command.Tender, total)], command.Reason),
            draft.Save);
    }

    CommandResult.Refused? Resolve(RefundDraftLine draft, out RefundLine line)
    {
        if (draft.SoldOn is { } receipt) return Sold(draft, receipt, out line);
        var product = ProductReader.Find(tx.Connection, draft.Product);
        var refusal = LineDraft.Resolve(
            new(draft.Product, draft.Quantity, draft.UnitPrice, draft.Amount, draft.Description, draft.Unknown), product, DeviceCommands.ContentUnit(tx.Connection, product), LineApproval.NotAsked,
            out var plain);
        line = new(
            plain.Product, plain.Quantity, plain.Amount, plain.Pack is null ? plain.UnitPrice : LineAmounts.UnitPrice(plain.Amount, plain.Quantity), null, plain.Description, plain.UnknownProduct);
        return refusal;
    }

    CommandResult.Refused? Sold(RefundDraftLine draft, ReceiptNumber receipt, out RefundLine line)
    {
        line = new(draft.Product, draft.Quantity, default, default, null);
        if (receipt.DeviceCode != state.Identity.DeviceCode || LedgerStore.Find(tx.Connection, receipt) is not { Entry: SaleRecorded sale } stored) return Refusals.ReceiptNotFound(receipt);
        if (VoidLog.Find(tx.Connection, stored.Position) is not null) return Refusals.SaleVoided(receipt);
        if (draft.SoldLine is not { } number || number < 1 || number > sale.Lines.Count) return Refusals.SoldLineNotFound(receipt, draft.SoldLine, sale.Lines.Count);
        var sold = sale.Lines[number - 1];
        if (draft.Product.Value.Length > 0 && draft.Product != sold.Product && draft.Product != sold.Sold) return Refusals.SoldLineOfOtherProduct(receipt, number, sold.Sold, draft.Product);

        var key = (stored.Position, number);
        var now = taken.GetValueOrDefault(key);
        var before = RefundLog.Find(tx.Connection, stored.Position, number);
        var leftThousandths = sold.Quantity.Thousandths - before.Thousandths - now.Thousandths;
        var leftMinor = sold.Amount.MinorUnits - before.AmountMinor - now.AmountMinor;
        // As the receipt shows the line: of a pack that was sold, packs, unless the product within is named.
        var given = new Quantity(draft.Quantity.Thousandths, sold.Quantity.Unit);
        var quantity = given;
        if (sold.Pack is { } pack && draft.Product != sold.Product)
        {
            if (PackSold.Content(given.Thousandths, pack.ContentThousandths) is not { } inside) return Refusals.PackBroken(pack.Product, given);
            quantity = given with { Thousandths = (long)Int128.Clamp(inside, long.MinValue, long.MaxValue) };
        }

        if (quantity.Thousandths > leftThousandths) return Refusals.RefundExceedsSold(receipt, number, quantity with { Thousandths = leftThousandths });
        var amount = draft.Amount
            ?? (draft.UnitPrice is { } price
                ? LineAmounts.Amount(price, given)
                : new(LineAmounts.ProRata(sold.Amount.MinorUnits, sold.Quantity.Thousandths, quantity.Thousandths, leftMinor, leftThousandths), sold.Amount.Currency));
        if (amount.MinorUnits > leftMinor) return Refusals.RefundAmountExceedsSold(receipt, number, sold.Amount with { MinorUnits = leftMinor });

        taken[key] = (now.Thousandths + Math.Max(0, quantity.Thousandths), now.AmountMinor + Math.Max(0, amount.MinorUnits));
        line = new(
            sold.Product, quantity, amount,
            sold.Pack is not null ? LineAmounts.UnitPrice(amount, quantity) : draft.UnitPrice ?? (draft.Amount is null ? sold.UnitPrice : LineAmounts.UnitPrice(amount, quantity)), new(stored.Id, number),
            draft.Description ?? sold.Description, sold.UnknownProduct);
        return null;
    }

    void Save(WriteTransaction transaction, long by)
    {
        foreach (var ((position, number), part) in taken) RefundLog.Add(transaction, position, number, part.Thousandths, part.AmountMinor);
    }
}
