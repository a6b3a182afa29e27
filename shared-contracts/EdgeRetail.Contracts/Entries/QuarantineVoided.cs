using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>A cloud entry: what stands in quarantine under <paramref name="Original"/> will not count, and why. It touches no stock.</summary>
public sealed record QuarantineVoided(EntryHeader Header, EntryId Original, string Reason) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.QuarantineVoided;
}
