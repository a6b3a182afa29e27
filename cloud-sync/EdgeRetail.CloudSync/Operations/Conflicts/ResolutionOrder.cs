namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>Who resolves a conflict and why, and to what: one of the two edits by its entry id, another value, or the catalogue's. One of the three.</summary>
public sealed record ResolutionOrder(string Actor, string Reason, Guid? Take = null, string? Value = null, bool Catalogue = false)
{
    /// <summary>Null where none or several are given.</summary>
    internal CloudEntries.ResolutionChoice? Choice => (Take, Value, Catalogue) switch
    {
        ({ } entry, null, false) => new CloudEntries.ResolutionChoice.Edit(entry),
        (null, { } value, false) => new CloudEntries.ResolutionChoice.Other(value),
        (null, null, true) => new CloudEntries.ResolutionChoice.Other(null),
        _ => null,
    };
}
