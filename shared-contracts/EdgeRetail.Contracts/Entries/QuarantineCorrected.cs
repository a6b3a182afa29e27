using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// A cloud entry: <paramref name="Corrected"/>, bytes of an entry as a device would have recorded it, counts in place of what
/// stands in quarantine under <paramref name="Original"/>, and stays as it was.
/// </summary>
public sealed record QuarantineCorrected(EntryHeader Header, EntryId Original, ReadOnlyMemory<byte> Corrected, string Reason) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.QuarantineCorrected;
}
