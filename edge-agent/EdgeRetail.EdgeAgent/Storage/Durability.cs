namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>What a power cut may take back of a transaction.</summary>
enum Durability
{
    /// <summary>Nothing: synced to the disk when the commit returns. Entries, and whatever a session relies on.</summary>
    Synced,

    /// <summary>The transaction as a whole: acknowledgements and pages, which the cloud says again.</summary>
    Repeatable,
}
