namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What a conflict is resolved to.</summary>
public abstract record ResolutionChoice
{
    ResolutionChoice()
    {
    }

    /// <summary>What one of the two edits says.</summary>
    public sealed record Edit(Guid EntryId) : ResolutionChoice;

    /// <summary>Another value; null takes the store's own away.</summary>
    public sealed record Other(string? Value) : ResolutionChoice;
}
