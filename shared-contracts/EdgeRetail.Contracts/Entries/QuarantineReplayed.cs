using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>A cloud entry: what stood in quarantine under <paramref name="Original"/> was merged as it is, at this entry's version.</summary>
public sealed record QuarantineReplayed(EntryHeader Header, EntryId Original, string Reason) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.QuarantineReplayed;
}
