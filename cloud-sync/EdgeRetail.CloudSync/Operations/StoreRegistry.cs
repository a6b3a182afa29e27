using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>The shops that this cloud knows.</summary>
public sealed class StoreRegistry(CloudDbContext context, TimeProvider clock)
{
    /// <summary>Adds the store and its head, from which its feed is numbered, or neither.</summary>
    public async Task<StoreAddition> AddAsync(NewStore store, CancellationToken cancellationToken)
    {
        if (Violation(store) is { } problem) return new StoreAddition.Refused(problem);

        var row = new StoreRow
        {
            StoreId = store.StoreId,
            Name = store.Name.Trim(),
            Currency = store.Currency,
            TimeZone = store.TimeZone,
            DayCutOffMinutes = store.DayCutOffMinutes,
            SettingsVersion = 1,
            CreatedAtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        context.Stores.Add(row);
        context.StoreHeads.Add(new() { StoreId = store.StoreId, Version = 0, Hash = FeedHash.Start.ToByteArray(), Checksum = StockChecksum.Empty.ToByteArray() });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return new StoreAddition.Added(row);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            context.ChangeTracker.Clear();
            var present = await context.Stores.AsNoTracking().SingleOrDefaultAsync(other => other.StoreId == store.StoreId, cancellationToken);
            return new StoreAddition.Refused(new("STORE_EXISTS", $"Store {store.StoreId} is there already: {present?.Name}.", "Choose another --id; 'cloud-sync store list' shows those that are taken."));
        }
    }

    public async Task<IReadOnlyList<StoreRow>> ListAsync(CancellationToken cancellationToken) =>
        await context.Stores.AsNoTracking().OrderBy(store => store.StoreId).ToListAsync(cancellationToken);

    static Problem? Violation(NewStore store)
    {
        if (store.StoreId <= 0) return new("STORE_ID_INVALID", $"{store.StoreId} is no store number; it has to be above 0.", "Choose a number from 1 up.");
        if (string.IsNullOrWhiteSpace(store.Name)) return new("STORE_NAME_MISSING", "The store has no name.", "Give it one with --name.");
        if (EntryRules.Text("name", store.Name) is { } text) return new(text.Code, text.Message, "Give another --name.");
        if (!Currency.TryParse(store.Currency, out _))
            return new("CURRENCY_INVALID", $"'{store.Currency}' is no currency code.", "Write the three capital letters of ISO 4217, like EUR.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(store.TimeZone, out var zone) || !zone.HasIanaId)
            return new("TIME_ZONE_UNKNOWN", $"'{Shortened(store.TimeZone)}' is no time zone of this machine.", "Write an IANA name like Europe/Berlin; if that is unknown, install tzdata.");
        return store.DayCutOffMinutes is < 0 or >= 24 * 60
            ? new("DAY_CUT_OFF_INVALID", "The business day is cut off between 00:00 and 23:59.", "Write it like 04:00.")
            : null;
    }

    static string Shortened(string text) => text.Length > ProtocolLimits.ActorCharactersMax ? text[..ProtocolLimits.ActorCharactersMax] + "…" : text;
}
