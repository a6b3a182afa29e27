using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.DayCloses;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// What staff do. Each returns only after its entry is committed and synced to disk, or says why nothing was written. A
/// command with an id is carried out once: sent again it gives the same result, with other content it is refused.
/// </summary>
public sealed class DeviceCommands
{
    readonly Database database;
    readonly LedgerStore ledger;
    readonly DeviceStateStore states;
    readonly int? approvalAboveHundredths;
    readonly Action<AgentChange> changed;

    internal DeviceCommands(Database database, LedgerStore ledger, DeviceStateStore states, int? approvalAboveHundredths, Action<AgentChange> changed)
    {
        this.database = database;
        this.ledger = ledger;
        this.states = states;
        this.approvalAboveHundredths = approvalAboveHundredths;
        this.changed = changed;
    }

    public CommandResult Execute(RecordSale command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: true, (tx, state) => Draft(tx, state, command));

    public CommandResult Execute(RecordRefund command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: true, (tx, state) => RefundDraft.Resolve(tx, state, command));

    /// <summary>Takes no receipt number: the sale's own names it.</summary>
    public CommandResult Execute(VoidSale command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (tx, state) => VoidDraft.Resolve(tx, state, command));

    public CommandResult Execute(ReceiveGoods command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (tx, _) => Draft(tx, command.Lines, (header, lines) => new GoodsReceived(header, command.Reference, lines)));

    /// <summary>Every thousand lines are an entry and a transaction; all are checked before the first is written.</summary>
    public CommandResult Execute(OpenStock command)
    {
        var fingerprint = CommandFingerprint.Of(command);
        var parts = command.Lines.Count == 0 ? [[]] : command.Lines.Chunk(ProtocolLimits.EntryLinesMax).ToArray();
        if (FirstViolation(command.Actor, parts) is { } violation) return Refusals.Of(violation);
        StockLine[][]? opened;
        try
        {
            if (FirstUnitThatDiffers(command.Command, parts, out opened) is { } refusal) return refusal;
        }
        catch (LedgerException e)
        {
            return Refused(e);
        }

        CommandResult result = Refusals.Of(new("LINES_MISSING", "The entry has no lines."));
        var replayed = true;
        for (var part = 0; part < parts.Length; part++)
        {
            var (typed, known) = (parts[part], opened?[part]);
            result = Record(
                command.Command, fingerprint, command.Actor, takesReceipt: false,
                (tx, _) => known is null ? Draft(tx, typed, Make) : new CommandDraft.Ready((header, _) => Make(header, known)), part);
            if (result is not CommandResult.Recorded recorded) return result;
            replayed &= recorded.Replayed;
        }

        return result is CommandResult.Recorded last ? last with { Replayed = replayed } : result;

        static StockOpened Make(EntryHeader header, StockLine[] lines) => new(header, lines);
    }

    public CommandResult Execute(AdjustStock command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (tx, _) => Draft(
            tx, [new(command.Product, command.Delta)], (header, lines) => new StockAdjusted(header, lines[0].Product, lines[0].Quantity, command.Reason, command.Note)));

    public CommandResult Execute(WasteStock command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (tx, _) => Draft(
            tx, [new(command.Product, command.Quantity)], (header, lines) => new StockWasted(header, lines[0].Product, lines[0].Quantity, command.Reason, command.Note)));
    public CommandResult Execute(CountStock command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (tx, _) => Draft(tx, command.Lines, (header, lines) => new StockCounted(header, command.Sheet, lines)));

    /// <summary>Based on what the cache shows.</summary>
    public CommandResult Execute(EditProduct command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (tx, state) => EditDraft.Resolve(tx, state, command));

    public CommandResult Execute(MoveCash command) =>
        Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (_, state) => command.Amount.Currency == state.Identity.Currency
            ? new CommandDraft.Ready((header, _) => new CashMoved(header, command.Movement, command.Amount, command.Note))
            : new CommandDraft.Refused(Refusals.Of(new("CURRENCY_MIXED", $"The drawer holds {state.Identity.Currency}, not {command.Amount.Currency}."))));

    /// <summary>What it counts is exact: everything that stands in the ledger before it, and nothing that comes after.</summary>
    public CommandResult Execute(CloseDay command)
    {
        OpenDay counted;
        try
        {
            counted = database.Read(snapshot => OpenDay.Read(snapshot, states.Current.Identity.Store));
        }
        catch (LedgerException e)
        {
            return Refused(e);
        }

        return Record(command.Command, CommandFingerprint.Of(command), command.Actor, takesReceipt: false, (tx, state) => CloseDraft.Resolve(tx, state, command, ledger.Today(state), counted));
    }

    /// <summary>The entry, its receipt number, its pending adjustments, its place in the chain and the command id, in one transaction or not at all.</summary>
    CommandResult Record(CommandId? command, Hash256 fingerprint, string actor, bool takesReceipt, Func<WriteTransaction, DeviceState, CommandDraft> resolve, int part = 0)
    {
        var committed = false;
        try
        {
            return states.Write<CommandResult>(Durability.Synced, Decide, result =>
            {
                committed = true;
                if (result is CommandResult.Recorded { Replayed: false }) changed(AgentChange.EntryAppended);
            });
        }
        catch (LedgerException e) when (!committed)
        {
            return Refused(e);
        }

        (CommandResult Result, DeviceState Next) Decide(WriteTransaction tx, DeviceState state)
        {
            if (command is { } id && CommandLog.Find(tx.Connection, id, part, fingerprint) is { } before)
                return (before.SaidTheSame ? Replay(tx, before.Position) : Refusals.CommandReused(id), state);
            return resolve(tx, state) switch
            {
                CommandDraft.Ready ready => Append(tx, state, ready),
                CommandDraft.Refused refused => (refused.Refusal, state),
                var draft => throw new InvalidOperationException($"A draft is ready or refused, not {draft.GetType()}."),
            };
        }

        (CommandResult Result, DeviceState Next) Append(WriteTransaction tx, DeviceState state, CommandDraft.Ready draft)
        {
            switch (ledger.Append(tx, state, actor, takesReceipt, draft.Make))
            {
                case AppendOutcome.Violates violates: return (Refusals.Of(violates.Violation), state);
                case AppendOutcome.Appended appended:
                    draft.WithEntry?.Invoke(tx, appended.Position);
                    if (command is { } id) CommandLog.Add(tx, id, part, appended.Position, fingerprint);
                    return (new CommandResult.Recorded(appended.Entry, appended.Position, appended.Receipt, Replayed: false), appended.Next);
                case var outcome: throw new InvalidOperationException($"An entry is appended or breaks a rule, not {outcome.GetType()}.");
            }
        }
    }

    static CommandResult.Recorded Replay(WriteTransaction tx, long position)
    {
        var stored = LedgerStore.Read(tx.Connection, position);
        return new(stored.Id, position, stored.Entry switch { SaleRecorded sale => sale.Receipt, RefundRecorded refund => refund.Receipt, _ => null }, Replayed: true);
    }

    CommandDraft Draft(WriteTransaction tx, DeviceState state, RecordSale command)
    {
        if (command.Tenders is null && (command.Tender == TenderKind.Unspecified || !Enum.IsDefined(command.Tender))) return new CommandDraft.Refused(Refusals.TenderMissing());
        if (command.Lines.Count > ProtocolLimits.EntryLinesMax) return TooManyLines(command.Lines.Count);
        var approval = new LineApproval(command.Approver, approvalAboveHundredths);
        var lines = new SaleLine[command.Lines.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var draft = command.Lines[i];
            var product = ProductReader.Find(tx.Connection, draft.Product);
            if (LineDraft.Resolve(draft, product, ContentUnit(tx.Connection, product), approval, out var line) is { } refusal) return new CommandDraft.Refused(refusal);
            lines[i] = line;
        }

        var total = LineAmounts.Total(lines.Select(line => line.Amount), state.Identity.Currency);
        if (command.Tenders is null) return new CommandDraft.Ready((header, receipt) => new SaleRecorded(header, receipt, lines, total, [new(command.Tender, total)]));
        return SaleTenders.Resolve(command.Tenders, total, out var tenders) is { } unpaid
            ? new CommandDraft.Refused(unpaid)
            : new CommandDraft.Ready((header, receipt) => new SaleRecorded(header, receipt, lines, total, tenders));
    }

    /// <summary>What the product within a pack is counted by: what the catalogue says of it, pieces where it does not know it.</summary>
    internal static Unit ContentUnit(Connection snapshot, CachedProduct? product) =>
        product?.Pack is { } pack ? ProductReader.Find(snapshot, pack.Product)?.Unit ?? Unit.Each : Unit.Each;

    /// <summary>Stock moves by what was seen, also of products that the catalogue lacks; a known one in its own unit.</summary>
    static CommandDraft Draft(WriteTransaction tx, IReadOnlyList<StockLine> drafts, Func<EntryHeader, StockLine[], Entry> make)
    {
        if (drafts.Count > ProtocolLimits.EntryLinesMax) return TooManyLines(drafts.Count);
        return Resolve(tx.Connection, drafts, out var lines) is { } refusal ? new CommandDraft.Refused(refusal) : new CommandDraft.Ready((header, _) => make(header, lines));
    }

    /// <summary>The lines in their products' units, packs as what is within; or why one is refused.</summary>
    static CommandResult.Refused? Resolve(Connection snapshot, IReadOnlyList<StockLine> drafts, out StockLine[] lines)
    {
        lines = new StockLine[drafts.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var draft = drafts[i];
            var product = ProductReader.Find(snapshot, draft.Product);
            if (LineDraft.UnitOf(draft.Quantity, product) is not { } quantity) return Refusals.UnitDiffers(draft.Product, product!.Unit);
            if (LineDraft.Unpacked(draft.Product, quantity, product, ContentUnit(snapshot, product), out lines[i], out _) is { } broken) return broken;
        }

        return null;
    }

    static CommandDraft.Refused TooManyLines(int count) =>
        new(Refusals.Of(new("TOO_MANY_LINES", $"An entry has at most {ProtocolLimits.EntryLinesMax} lines, this has {count}.")));

    static CommandResult.Refused Refused(LedgerException e) => new(e.Code, e.Message, e.NextStep);

    /// <summary>
    /// Asked of all parts in one snapshot, beside the writer; what it found stands for every part, so that a catalogue that comes
    /// between two of them splits no opening. Null lines where the command has begun before: what it recorded is not asked again.
    /// </summary>
    CommandResult.Refused? FirstUnitThatDiffers(CommandId? command, StockLine[][] parts, out StockLine[][]? lines)
    {
        var resolved = new StockLine[parts.Length][];
        var (begun, refusal) = database.Read<(bool, CommandResult.Refused?)>(snapshot =>
        {
            if (command is { } id && CommandLog.HasBegun(snapshot, id)) return (true, null);
            for (var part = 0; part < parts.Length; part++)
            {
                if (Resolve(snapshot, parts[part], out resolved[part]) is { } refused) return (false, refused);
            }

            return (false, null);
        });
        lines = begun ? null : resolved;
        return refusal;
    }

    EntryViolation? FirstViolation(string actor, StockLine[][] parts)
    {
        var identity = ledger.Identity;
        var header = new EntryHeader(identity.Store, identity.AssignmentVersion, identity.Device, actor, default, DateTimeOffset.UnixEpoch, 0, 0, ClockQuality.Untrusted, default, "");
        return parts.Select(lines => EntryRules.FirstViolation(new StockOpened(header, lines))).FirstOrDefault(violation => violation is not null);
    }
}
