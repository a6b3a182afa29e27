using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// One store's registers as its journal is folded into them, edit by edit. Ingest starts it from the registers that a batch
/// touches, a rebuild from nothing; both come to equal rows. No I/O.
/// </summary>
public sealed class RegisterFold(StoreId store, EditPolicies policies)
{
    readonly Dictionary<RegisterKey, MergedRegister> registers = [];

    RegisterFold(RegisterFold other, StoreId store, EditPolicies policies) : this(store, policies) => registers = new(other.registers);

    /// <summary>The version of the policies that hold now.</summary>
    public int PolicyVersion => policies.Version;

    public IReadOnlyDictionary<RegisterKey, MergedRegister> Registers => registers;

    /// <summary>Gives what is stored of a register, before anything is merged into it.</summary>
    public void Know(RegisterKey key, IReadOnlyList<RegisterEdit> edits, IReadOnlyList<EditConflict> conflicts, long version) =>
        registers[key] = new(key, edits, ProductRegister.Merge([], FieldPolicy.Default), FieldPolicy.Default, conflicts, version);

    /// <summary>Merges an edit at its store version, under the policies as they stood at theirs.</summary>
    public void Merge(RegisterKey key, RegisterEdit edit, long version, int policyVersion)
    {
        var before = registers.GetValueOrDefault(key);
        if (before is not null && before.Edits.Any(known => known.Id == edit.Id)) return;
        RegisterEdit[] edits = [.. before?.Edits ?? [], edit];
        var policy = policies.Of(key.Field, policyVersion) with { Version = policyVersion };
        var state = ProductRegister.Merge(edits, policy);
        var known = (before?.Conflicts ?? []).ToDictionary(conflict => conflict.Id);
        var conflicts = new List<EditConflict>();
        foreach (var pair in state.Pairs)
        {
            var id = ConflictId.Of(store, pair.First.Id, pair.Second.Id);
            conflicts.Add(EditConflict.Of(id, key, pair, policy, known.GetValueOrDefault(id), version));
        }

        registers[key] = new(key, edits, state, policy, [.. conflicts.OrderBy(conflict => conflict.Id)], version) { Added = [.. before?.Added ?? [], (edit, version)] };
    }

    /// <summary>The registers that were merged into after a version, in the order of their keys.</summary>
    public List<MergedRegister> ChangedSince(long version) => [.. registers.Values.Where(register => register.Added.Count > 0 && register.Version > version).OrderBy(register => register.Key)];

    /// <summary>An independent fold at the same point.</summary>
    public RegisterFold Copy() => new(this, store, policies);
}
