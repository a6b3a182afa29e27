namespace EdgeRetail.CloudSync.Merge;

/// <summary>How a conflict of two edits stands. Numbers as in the database.</summary>
public enum ConflictState
{
    /// <summary>A person has to decide.</summary>
    Open = 0,

    /// <summary>The field's policy decided.</summary>
    Decided = 1,

    /// <summary>A person decided.</summary>
    Resolved = 2,

    /// <summary>Somebody edited again on sight of both.</summary>
    Superseded = 3,
}
