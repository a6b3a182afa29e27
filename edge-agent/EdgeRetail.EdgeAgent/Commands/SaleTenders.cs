using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// Makes the tenders of a receipt from what was handed over. They sum to the total: what comes back of cash is a tender of cash
/// below 0, the last. Pure.
/// </summary>
static class SaleTenders
{
    /// <summary>Why they do not pay the total; null, and the tenders, where they do.</summary>
    public static CommandResult.Refused? Resolve(IReadOnlyList<TenderDraft> drafts, Money total, out IReadOnlyList<Tender> tenders)
    {
        var paid = new List<Tender>(drafts.Count + 1);
        tenders = paid;
        if (drafts.Count == 0) return Refusals.TenderMissing();
        if (drafts.Count > ProtocolLimits.EntryLinesMax) return Refusals.Of(new("TOO_MANY_LINES", "The entry has too many tenders."));
        if (drafts.Count(draft => draft.Amount is null) > 1) return Refusals.TendersOpen();
        Int128 given = 0, cash = 0;
        foreach (var draft in drafts)
        {
            if (draft.Kind == TenderKind.Unspecified || !Enum.IsDefined(draft.Kind)) return Refusals.TenderMissing();
            if (draft.Amount is not { } amount) continue;
            if (amount.Currency != total.Currency) return Refusals.Of(new("CURRENCY_MIXED", "All amounts of an entry are in one currency."));
            if (amount.MinorUnits is <= 0 or > ProtocolLimits.AmountMinorMax) return Refusals.TenderInvalid(amount);
            given += amount.MinorUnits;
            if (draft.Kind == TenderKind.Cash) cash += amount.MinorUnits;
        }

        var left = total.MinorUnits - given;
        foreach (var draft in drafts)
        {
            if (draft.Amount is { } amount) paid.Add(new(draft.Kind, amount));
            // What needs no paying is no tender, unless nothing costs nothing.
            else if (left > 0 || drafts.Count == 1) paid.Add(new(draft.Kind, total with { MinorUnits = (long)left }));
        }

        if (left > 0) return drafts.Any(draft => draft.Amount is null) ? null : Refusals.TendersBelowTotal(total, total with { MinorUnits = (long)left });
        if (left == 0) return null;
        if (-left > cash) return Refusals.ChangeExceedsCash(total with { MinorUnits = (long)-left });
        paid.Add(new(TenderKind.Cash, total with { MinorUnits = (long)left }));
        return null;
    }
}
