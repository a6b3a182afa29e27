namespace EdgeRetail.CloudSync.Storage;

/// <summary>What a failure of the database means for the work that met it.</summary>
public enum DatabaseFailure
{
    /// <summary>Not of the database.</summary>
    None,

    /// <summary>Serialization, deadlock or a lost connection: the whole transaction again.</summary>
    Transient,

    /// <summary>The server cannot do it now, whatever the data: full, stopping, read-only, damaged, not migrated.</summary>
    Unavailable,

    /// <summary>The server refused this statement with these values.</summary>
    Refused,
}
