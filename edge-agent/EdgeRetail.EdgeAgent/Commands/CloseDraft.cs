using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.DayCloses;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Makes a close of everything that the store has recorded here since the one before.</summary>
static class CloseDraft
{
    public static CommandDraft Resolve(WriteTransaction tx, DeviceState state, CloseDay command, DateOnly today, OpenDay counted)
    {
        var open = OpenDay.Of(tx.Connection, state.Identity.Store, counted);
        var date = command.Date ?? today;
        var figures = open.Figures;
        if (date > today) return Refused(Refusals.DayInFuture(date, today));
        if (open.Last is { } last)
        {
            if (date < last.Date) return Refused(Refusals.LaterDayClosed(date, last.Date));
            if (date == last.Date && figures.EntryCount == 0) return Refused(Refusals.DayClosed(date));
        }

        return new CommandDraft.Ready(
            (header, _) => new BusinessDayClosed(header, date, open.Last?.Entry, figures),
            (transaction, position) => DayCloseTable.Add(transaction, position, date, figures));
    }

    static CommandDraft.Refused Refused(CommandResult.Refused refusal) => new(refusal);
}
