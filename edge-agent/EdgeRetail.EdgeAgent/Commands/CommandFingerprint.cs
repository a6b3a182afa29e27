using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// SHA-256 over what a command says: the same command id with another fingerprint is another command. Kept in the ledger, so
/// the order of fields is never changed.
/// </summary>
sealed class CommandFingerprint
{
    readonly ArrayBufferWriter<byte> content = new();

    CommandFingerprint(long kind, string actor)
    {
        Add(kind).Add(actor);
    }

    public static Hash256 Of(RecordSale command)
    {
        var print = new CommandFingerprint(1, command.Actor).Add(command.Lines.Count);
        foreach (var line in command.Lines) print.Add(line.Product).Add(line.Quantity).Add(line.UnitPrice).Add(line.Amount).Add(line.Description).Add(line.Unknown ? 1 : 0);
        print.Add((long)command.Tender);

        // What later releases know of comes after, and only where it is said: a command without it keeps its fingerprint.
        for (var i = 0; i < command.Lines.Count; i++)
        {
            if (command.Lines[i].Discount is { } discount) print.Add("discount").Add(i).Add(discount.Amount).Add(discount.Hundredths ?? -1).Add(discount.Reason);
            if (command.Lines[i].PriceReason is { Length: > 0 } reason) print.Add("price").Add(i).Add(reason);
        }

        if (command.Approver.Length > 0) print.Add("approver").Add(command.Approver);
        if (command.Tenders is not { } tenders) return print.Hash();
        print.Add("tenders").Add(tenders.Count);
        foreach (var tender in tenders) print.Add((long)tender.Kind).Add(tender.Amount);
        return print.Hash();
    }

    public static Hash256 Of(RecordRefund command)
    {
        var print = new CommandFingerprint(2, command.Actor).Add(command.Lines.Count);
        foreach (var line in command.Lines)
        {
            print.Add(line.Product).Add(line.Quantity).Add(line.SoldOn?.ToString()).Add(line.SoldLine ?? 0).Add(line.UnitPrice).Add(line.Amount).Add(line.Description).Add(line.Unknown ? 1 : 0);
        }

        return print.Add(command.Reason).Add((long)command.Tender).Hash();
    }

    public static Hash256 Of(ReceiveGoods command) => new CommandFingerprint(3, command.Actor).Add(command.Reference).Add(command.Lines).Hash();

    public static Hash256 Of(OpenStock command) => new CommandFingerprint(4, command.Actor).Add(command.Lines).Hash();

    public static Hash256 Of(AdjustStock command) =>
        new CommandFingerprint(5, command.Actor).Add(command.Product).Add(command.Delta).Add((long)command.Reason).Add(command.Note).Hash();

    public static Hash256 Of(MoveCash command) =>
        new CommandFingerprint(6, command.Actor).Add((long)command.Movement).Add(command.Amount).Add(command.Note).Hash();

    public static Hash256 Of(WasteStock command) =>
        new CommandFingerprint(7, command.Actor).Add(command.Product).Add(command.Quantity).Add((long)command.Reason).Add(command.Note).Hash();
    public static Hash256 Of(CountStock command) => new CommandFingerprint(29, command.Actor).Add(command.Sheet?.ToString()).Add(command.Lines).Hash();

    public static Hash256 Of(EditProduct command) => new CommandFingerprint(30, command.Actor).Add(command.Product).Add((long)command.Field).Add(command.Value).Hash();

    public static Hash256 Of(VoidSale command) =>
        new CommandFingerprint(8, command.Actor).Add(command.Receipt.ToString()).Add(command.Reason).Add(command.Approver).Hash();

    public static Hash256 Of(CloseDay command) => new CommandFingerprint(32, command.Actor).Add(command.Date?.DayNumber ?? -1L).Hash();

    CommandFingerprint Add(IReadOnlyList<StockLine> lines)
    {
        Add(lines.Count);
        foreach (var line in lines) Add(line.Product).Add(line.Quantity);
        return this;
    }

    CommandFingerprint Add(ProductCode product) => Add(product.Value);

    CommandFingerprint Add(Quantity quantity) => Add(quantity.Thousandths).Add((long)quantity.Unit);

    CommandFingerprint Add(Money? money) => money is { } amount ? Add(1).Add(amount.MinorUnits).Add(amount.Currency.Code) : Add(0);

    CommandFingerprint Add(string? text)
    {
        if (text is null) return Add(-1);
        Add(text.Length);

        // As UTF-16, so that no two texts are one, not even those that UTF-8 has no bytes for.
        content.Write(MemoryMarshal.AsBytes(text.AsSpan()));
        return this;
    }

    CommandFingerprint Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        content.Write(bytes);
        return this;
    }

    Hash256 Hash() => Hash256.Of(content.WrittenSpan);
}
