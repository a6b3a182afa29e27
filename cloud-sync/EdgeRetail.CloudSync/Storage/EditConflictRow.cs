namespace EdgeRetail.CloudSync.Storage;

/// <summary>Two edits of which neither knew the other, the earlier first; their content is in the journal.</summary>
public sealed class EditConflictRow
{
    public required int StoreId { get; init; }

    public required Guid ConflictId { get; init; }

    public required string Product { get; init; }

    public required short Field { get; init; }

    public required Guid FirstEntryId { get; init; }

    public required Guid SecondEntryId { get; init; }

    /// <summary>By the policy; null where it leaves that to a person.</summary>
    public Guid? WinnerEntryId { get; set; }

    public required short Rule { get; set; }

    public required int PolicyVersion { get; set; }

    /// <summary>0 open, 1 decided by the policy, 2 resolved by a person, 3 superseded by an edit that knew both.</summary>
    public required short State { get; set; }

    /// <summary>The edit that knew both; null while there is none.</summary>
    public Guid? SettledBy { get; set; }

    /// <summary>Of the store, when it came to stand so.</summary>
    public required long Version { get; set; }
}
