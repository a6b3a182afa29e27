using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>The policies of all fields and versions. What was decided under a version is decided again under it.</summary>
public sealed class EditPolicies
{
    public static readonly EditPolicies None = new([]);

    readonly List<(ProductField Field, FieldPolicy Policy)> changes;

    public EditPolicies(IEnumerable<(ProductField Field, FieldPolicy Policy)> changes) => this.changes = [.. changes.OrderBy(change => change.Policy.Version)];

    /// <summary>The version that holds now.</summary>
    public int Version => changes.Count == 0 ? 0 : changes[^1].Policy.Version;

    /// <summary>The field's policy as it stood at a version of all.</summary>
    public FieldPolicy Of(ProductField field, int version) =>
        changes.Where(change => change.Field == field && change.Policy.Version <= version).Select(change => change.Policy).LastOrDefault(FieldPolicy.Default);
}
