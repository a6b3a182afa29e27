using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>A register as the table has it, or as the journal makes it; lists of ids as text, so that two compare.</summary>
sealed record StoredRegister(
    RegisterKey Key, Guid? EntryId, string? Value, bool Undecided, string BasedOn, string Lost, string Waiting, FieldRule Rule, int PolicyVersion, long Version)
{
    public static StoredRegister Of(MergedRegister register)
    {
        var state = register.State;
        return new(
            register.Key, state.Standing?.Id.Value, state.Standing?.Value, state.Undecided, Joined(state.Bases), Joined(state.Lost), Joined(state.Waiting.Select(edit => edit.Id)),
            register.Policy.Rule, register.Policy.Version, register.Version);
    }

    public string Words() => $"'{Value}' by entry {(EntryId is { } id ? id.ToString() : "none")} at version {Version}, policy {PolicyVersion}{(Undecided ? ", undecided" : "")}, lost [{Lost}], waiting [{Waiting}]";

    static string Joined(IEnumerable<EntryId> ids) => string.Join(',', ids.Select(id => id.Value));
}
