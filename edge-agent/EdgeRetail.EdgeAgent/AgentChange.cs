namespace EdgeRetail.EdgeAgent;

/// <summary>What about an agent is no longer as it was; readers ask for the figures they show.</summary>
public enum AgentChange
{
    EntryAppended,
    Acknowledged,
    StorePageApplied,
    CataloguePageApplied,
    SyncStatus,
    Settings,
    Health,
}
