namespace EdgeRetail.Contracts.Entries;

/// <summary>One immutable fact recorded by a device, or by people and systems through the cloud.</summary>
public abstract record Entry(EntryHeader Header)
{
    public abstract EntryKind Kind { get; }
}
