using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>The devices that may sync. Of a token only the SHA-256 is kept.</summary>
public sealed class DeviceRegistry(CloudDbContext context, SecretSource secrets, TimeProvider clock)
{
    public const string TokenPrefix = "erd_";

    const int FirstReceiptSeries = 1;

    /// <summary>What a device presents, and what is kept of it.</summary>
    public static byte[] TokenHash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Adds the device with its assignment and its first stream, all or nothing, and gives the one copy of its token.</summary>
    public async Task<DeviceAddition> AddAsync(NewDevice device, CancellationToken cancellationToken)
    {
        if (Violation(device) is { } problem) return new DeviceAddition.Refused(problem);
        if (await context.Stores.AsNoTracking().SingleOrDefaultAsync(row => row.StoreId == device.StoreId, cancellationToken) is not { } store)
            return new DeviceAddition.Refused(StoreNotFound(device.StoreId));
        var predecessor = device.SuccessorOf is { } before ? await FindAsync(before, cancellationToken) : null;
        if (device.SuccessorOf is not null && predecessor is null) return new DeviceAddition.Refused(DeviceNotFound(device.SuccessorOf));

        if (device.DeviceId is { } former && await context.Devices.AsNoTracking().SingleOrDefaultAsync(row => row.DeviceId == former, cancellationToken) is { } present)
            return new DeviceAddition.Refused(new("DEVICE_ID_TAKEN", $"Device {former} is there: it is {present.DeviceCode} in store {present.StoreId}.", "Leave --device-id out for a new device."));

        while (true)
        {
            var token = NewToken();
            var row = Prepare(device, predecessor?.DeviceId, token);
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                return new DeviceAddition.Added(Enrolment(row, store, device.CloudAddress, token));
            }
            catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                context.ChangeTracker.Clear();
                if (await context.Devices.AsNoTracking().SingleOrDefaultAsync(other => other.DeviceCode == device.DeviceCode, cancellationToken) is { } other)
                    return new DeviceAddition.Refused(new("DEVICE_CODE_TAKEN", $"The code {device.DeviceCode} is device {other.DeviceId}'s in store {other.StoreId}; receipts would repeat.", "Choose another --code; 'cloud-sync device list' shows those that are taken."));
                // The random device id is another device's: draw again; one that was asked for is found there now.
                if (device.DeviceId is not null) return await AddAsync(device, cancellationToken);
            }
        }
    }

    /// <summary>From its next message on the device is refused. What it has recorded stays, and it keeps its outbox.</summary>
    public async Task<DeviceRevocation> RevokeAsync(string codeOrId, CancellationToken cancellationToken)
    {
        if (await FindAsync(codeOrId, cancellationToken) is not { } device) return new DeviceRevocation.Refused(DeviceNotFound(codeOrId));
        if (device.State == DeviceState.Revoked) return new DeviceRevocation.Revoked(device.DeviceId, device.DeviceCode, Already: true);
        await context.Devices.Where(row => row.DeviceId == device.DeviceId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, DeviceState.Revoked), cancellationToken);
        return new DeviceRevocation.Revoked(device.DeviceId, device.DeviceCode, Already: false);
    }

    /// <summary>Lets a held device sync again; its earlier forks are settled and count no more.</summary>
    public async Task<DeviceRelease> ReleaseAsync(string codeOrId, CancellationToken cancellationToken)
    {
        if (await FindAsync(codeOrId, cancellationToken) is not { } device) return new DeviceRelease.Refused(DeviceNotFound(codeOrId));
        var released = await context.Database.ExecuteSqlAsync(
            $"UPDATE device SET state = 'active', held_reason = NULL, held_at_ms = NULL, released_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::bigint WHERE device_id = {device.DeviceId} AND state = 'held'",
            cancellationToken);
        return released > 0
            ? new DeviceRelease.Released(device.DeviceId, device.DeviceCode)
            : new DeviceRelease.Refused(new("DEVICE_NOT_HELD", $"Device {device.DeviceCode} is {device.State}, not held.", "Only a device that 'cloud-sync device list' shows as held can be released."));
    }

    /// <summary>
    /// Takes a device out of service for good: it is refused from its next message on, and nobody waits for it any more. Refused
    /// where it had recorded entries that have not arrived, unless exactly so many are given up.
    /// </summary>
    public async Task<DeviceRetirement> RetireAsync(string codeOrId, long? missing, CancellationToken cancellationToken)
    {
        if (await FindAsync(codeOrId, cancellationToken) is not { } device) return new DeviceRetirement.Refused(DeviceNotFound(codeOrId));
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // No batch of it commits between the figures and the word.
        _ = await context.Database.ExecuteSqlAsync($"SELECT 1 FROM device WHERE device_id = {device.DeviceId} FOR NO KEY UPDATE", cancellationToken);
        var status = await context.DeviceStatuses.AsNoTracking().SingleOrDefaultAsync(row => row.DeviceId == device.DeviceId, cancellationToken);
        var applied = await context.Streams.AsNoTracking().Where(row => row.StreamId == device.StreamId).Select(row => row.AppliedThrough).SingleAsync(cancellationToken);
        var lacks = Math.Max(0, (status?.LastSequence ?? 0) - applied);
        var heard = status is { LastHeardAtMs: > 0 and var at } ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null;
        if (device.State == DeviceState.Retired) return new DeviceRetirement.Retired(device.DeviceId, device.DeviceCode, lacks, heard, Already: true);
        if (lacks != (missing ?? 0))
        {
            return new DeviceRetirement.Refused(lacks > 0
                ? new(
                    "ENTRIES_MISSING", $"Device {device.DeviceCode} has recorded {lacks} {(lacks == 1 ? "entry" : "entries")} which {(lacks == 1 ? "has" : "have")} not arrived: {applied + 1} to {applied + lacks} of its stream.",
                    $"Let it send them: 'edgeretail sync' on it. If they are lost for good: --missing {lacks}")
                : new("NOTHING_MISSING", $"Everything that device {device.DeviceCode} said it has recorded has arrived.", "Leave --missing out."));
        }

        await context.Devices.Where(row => row.DeviceId == device.DeviceId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, DeviceState.Retired), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return new DeviceRetirement.Retired(device.DeviceId, device.DeviceCode, lacks, heard, Already: false);
    }

    async Task<DeviceRow?> FindAsync(string codeOrId, CancellationToken cancellationToken)
    {
        var id = int.TryParse(codeOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return await context.Devices.AsNoTracking().SingleOrDefaultAsync(row => row.DeviceCode == codeOrId, cancellationToken)
            ?? await context.Devices.AsNoTracking().SingleOrDefaultAsync(row => row.DeviceId == id, cancellationToken);
    }

    static Problem DeviceNotFound(string codeOrId) => new("DEVICE_NOT_FOUND", $"There is no device '{codeOrId}'.", "Name a code or id that 'cloud-sync device list' shows.");

    public static Problem StoreNotFound(int storeId) =>
        new("STORE_NOT_FOUND", $"There is no store {storeId}.", "Add it with 'cloud-sync store add'; 'cloud-sync store list' shows those that are there.");

    DeviceRow Prepare(NewDevice device, int? predecessor, string token)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var stream = new StreamId(secrets.Uuid());
        var row = new DeviceRow
        {
            DeviceId = device.DeviceId ?? secrets.PositiveInt32(),
            DeviceCode = device.DeviceCode,
            StoreId = device.StoreId,
            AssignmentVersion = 1,
            State = DeviceState.Active,
            TokenHash = TokenHash(token),
            StreamId = stream.Value,
            ReceiptSeries = FirstReceiptSeries,
            CreatedAtMs = now,
            PredecessorId = predecessor,
        };
        context.Devices.Add(row);
        context.DeviceAssignments.Add(new() { DeviceId = row.DeviceId, AssignmentVersion = 1, StoreId = device.StoreId, AssignedAtMs = now });
        context.Streams.Add(new() { StreamId = stream.Value, DeviceId = row.DeviceId, AppliedChain = ChainHash.Start(stream).ToByteArray(), OpenedAtMs = now, OpenedBecause = NewStreamCodes.Enrolled });
        return row;
    }

    string NewToken()
    {
        Span<byte> bytes = stackalloc byte[32];
        secrets.Fill(bytes);
        return TokenPrefix + Base64Url.EncodeToString(bytes);
    }

    static EnrolmentFile Enrolment(DeviceRow device, StoreRow store, string cloudAddress, string token) => new(
        EnrolmentFile.CurrentFormat,
        cloudAddress,
        device.DeviceId,
        device.DeviceCode,
        token,
        device.StreamId,
        device.ReceiptSeries.ToString(CultureInfo.InvariantCulture),
        store.StoreId,
        device.AssignmentVersion,
        store.Name,
        store.Currency,
        store.TimeZone,
        store.DayCutOffMinutes,
        store.SettingsVersion,
        device.PredecessorId);

    static Problem? Violation(NewDevice device)
    {
        // The code stands on receipts between dashes of its own: DEVICE-SERIES-NUMBER.
        if (device.DeviceCode.Length is 0 or > 16 || !device.DeviceCode.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-'))
            return new("DEVICE_CODE_INVALID", $"'{device.DeviceCode}' is no device code: 1 to 16 ASCII letters, digits, '-', '_' or '.', as it stands on every receipt.", "Choose a short --code like T1.");
        if (!Uri.TryCreate(device.CloudAddress, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.PathAndQuery != "/")
            return new("CLOUD_ADDRESS_INVALID", $"'{device.CloudAddress}' is no address of a cloud.", "Write it like http://127.0.0.1:5001.");
        if (device.DeviceId is <= 0) return new("DEVICE_ID_INVALID", $"{device.DeviceId} is no id of a device.", "Take the one that 'edgeretail status' shows on it.");
        if (device is { DeviceId: not null, SuccessorOf: not null })
            return new("DEVICE_ID_OF_SUCCESSOR", "A successor is a device of its own and gets a new id.", "Leave --device-id or --successor-of out.");
        return address.Scheme == "http" && IsLoopback(address)
            ? null
            : new("TRANSPORT_NOT_LOOPBACK", $"{device.CloudAddress} is not on this machine; until devices and cloud know each other by certificates they talk on loopback only.", "Use http://127.0.0.1 with the port of 'cloud-sync serve'.");
    }

    static bool IsLoopback(Uri address) => address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
