using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.Simulation.Devices;

/// <summary>Which of a session's effects write to the disk.</summary>
static class DiskWrites
{
    public static bool IsOne(SyncEffect effect) => effect is SyncEffect.PersistWelcome || IsRepeatable(effect);

    /// <summary>What the cloud says again where a power cut took it back.</summary>
    public static bool IsRepeatable(SyncEffect effect) => effect
        is SyncEffect.PersistAcknowledgement or SyncEffect.ApplyPage or SyncEffect.OpenSnapshot or SyncEffect.ForgetSnapshot or SyncEffect.StoreSnapshot or SyncEffect.LayPage
        or SyncEffect.BeginCatalogue or SyncEffect.CheckCache or SyncEffect.SumCache or SyncEffect.RepairRange or SyncEffect.DropOld
        or SyncEffect.CheckCatalogue or SyncEffect.SumCatalogue or SyncEffect.RepairCatalogueRange;
}
