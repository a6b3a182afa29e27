using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>Adds stores and devices. A device comes with its first assignment and its first stream, in one transaction.</summary>
public sealed class DeviceRegistry(CloudDatabase database, RandomNumberGenerator random, TimeProvider clock)
{
    const int FirstReceiptSeries = 1;

    /// <summary>Adds a store with its feed at version 0; false where the id is taken.</summary>
    public async Task<bool> AddStoreAsync(StoreId store, string name, string currency, string timeZone, int dayCutOffMinutes, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        if (await context.Stores.AnyAsync(row => row.StoreId == store.Value, cancellationToken)) return false;
        context.Add(new StoreRow
        {
            StoreId = store.Value, Name = name, Currency = currency, TimeZone = timeZone, DayCutOffMinutes = dayCutOffMinutes, SettingsVersion = 1, CreatedAtMs = Now(),
        });
        context.Add(new StoreHeadRow { StoreId = store.Value, Version = 0, Hash = FeedHash.Start.ToByteArray() });
        return await SaveAsync(context, cancellationToken);
    }

    public async Task<DeviceAddition> AddDeviceAsync(StoreId store, string deviceCode, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        if (await context.Stores.AsNoTracking().SingleOrDefaultAsync(row => row.StoreId == store.Value, cancellationToken) is not { } settings) return new DeviceAddition.StoreUnknown();
        if (await context.Devices.AnyAsync(row => row.DeviceCode == deviceCode, cancellationToken)) return new DeviceAddition.CodeTaken();

        var enrolment = new DeviceEnrolment(
            await FreeDeviceIdAsync(context, cancellationToken), deviceCode, DeviceToken.Create(random), NewStreamId(), FirstReceiptSeries, store, AssignmentVersion: 1,
            settings.Name, settings.Currency, settings.TimeZone, settings.DayCutOffMinutes, settings.SettingsVersion);
        var now = Now();
        context.Add(new DeviceRow
        {
            DeviceId = enrolment.Device.Value, DeviceCode = deviceCode, StoreId = store.Value, AssignmentVersion = enrolment.AssignmentVersion, State = DeviceState.Active,
            TokenHash = DeviceToken.Hash(enrolment.Token), StreamId = enrolment.Stream.Value, ReceiptSeries = enrolment.ReceiptSeries, CreatedAtMs = now,
        });
        context.Add(new DeviceAssignmentRow { DeviceId = enrolment.Device.Value, AssignmentVersion = enrolment.AssignmentVersion, StoreId = store.Value, AssignedAtMs = now });
        context.Add(new StreamRow { StreamId = enrolment.Stream.Value, DeviceId = enrolment.Device.Value, AppliedChain = ChainHash.Start(enrolment.Stream).ToByteArray(), OpenedAtMs = now });
        return await SaveAsync(context, cancellationToken) ? new DeviceAddition.Added(enrolment) : new DeviceAddition.CodeTaken();
    }

    static async Task<bool> SaveAsync(CloudDbContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    async Task<DeviceId> FreeDeviceIdAsync(CloudDbContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var bytes = new byte[sizeof(int)];
            random.GetBytes(bytes);
            var id = BinaryPrimitives.ReadInt32BigEndian(bytes) & int.MaxValue;
            if (id > 0 && !await context.Devices.AnyAsync(row => row.DeviceId == id, cancellationToken)) return new(id);
        }
    }

    StreamId NewStreamId()
    {
        var bytes = new byte[16];
        random.GetBytes(bytes);
        return StreamId.Read(bytes);
    }

    long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
