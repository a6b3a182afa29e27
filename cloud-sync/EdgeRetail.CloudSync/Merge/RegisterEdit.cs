using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>An edit of a register: when and whose, what it says (null takes the store's own value away) and the changes it was based on.</summary>
public sealed record RegisterEdit(EffectiveInstant Instant, string? Value, IReadOnlyList<EntryId> BasedOn)
{
    /// <summary>A person decided a conflict with it.</summary>
    public bool Resolves { get; init; }

    public EntryId Id => Instant.Entry;

    /// <summary>Whether it was made through the cloud, and not on a device.</summary>
    public bool IsOfCloud => Instant.Device.Value == 0;
}
