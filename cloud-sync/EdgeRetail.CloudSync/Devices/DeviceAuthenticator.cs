using System.Security.Cryptography;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>Finds the device by the hash of its token. Asked once per call, so a revocation counts from the next one, and from the next batch.</summary>
public sealed class DeviceAuthenticator(CloudDatabase database)
{
    const string Scheme = "Bearer ";

    const string FindDeviceSql = "SELECT device_id, device_code, state, token_hash, session_number FROM device WHERE token_hash = $1";

    /// <summary>The token of an <c>authorization</c> value; null where it holds none.</summary>
    public static string? TokenOf(string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && authorization.Length > Scheme.Length ? authorization[Scheme.Length..].Trim() : null;

    /// <summary>Null where no device has the token.</summary>
    public Task<AuthenticatedDevice?> FindAsync(string token, CancellationToken cancellationToken) =>
        database.ReadFeedsAsync(connection => FindAsync(connection, DeviceRegistry.TokenHash(token)), cancellationToken);

    static async Task<AuthenticatedDevice?> FindAsync(NpgsqlConnection connection, byte[] hash)
    {
        await using var command = new NpgsqlCommand(FindDeviceSql, connection);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() && CryptographicOperations.FixedTimeEquals(reader.GetFieldValue<byte[]>(3), hash)
            ? new(new DeviceId(reader.GetInt32(0)), reader.GetString(1), reader.GetString(2), reader.GetInt64(4))
            : null;
    }
}
