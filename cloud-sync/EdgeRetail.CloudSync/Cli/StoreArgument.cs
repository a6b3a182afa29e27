using EdgeRetail.CloudSync.Operations;
using Microsoft.EntityFrameworkCore;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>A store that a command was told to keep to.</summary>
static class StoreArgument
{
    /// <summary>Null where none is named, or it is there.</summary>
    public static async Task<Problem?> ProblemAsync(int? storeId, OpenDatabase database, CancellationToken cancellationToken)
    {
        if (storeId is not { } id) return null;
        await using var context = database.Context();
        return await context.Stores.AnyAsync(store => store.StoreId == id, cancellationToken) ? null : DeviceRegistry.StoreNotFound(id);
    }
}
