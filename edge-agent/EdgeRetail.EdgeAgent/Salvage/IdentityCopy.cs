using System.Text.Json;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>
/// Whose the ledger is, in a small file beside it: a ledger that cannot be read at all is still this device's. Written where it
/// changes; where it cannot be written, the ledger is what counts.
/// </summary>
sealed class IdentityCopy(string path)
{
    const string Format = "edgeretail-identity-1";

    volatile string? written;

    /// <summary>Writes the copy where it says something else, or nothing.</summary>
    public void Keep(DeviceIdentity identity, StreamId stream)
    {
        var content = JsonSerializer.Serialize(
            new IdentityDocument(
                Format, identity.Device.Value, identity.DeviceCode, identity.Store.Value, identity.AssignmentVersion, identity.StoreName, identity.Currency.Code, identity.TimeZone,
                identity.DayCutOffMinutes, identity.SettingsVersion, identity.CloudAddress, stream.Value),
            IdentityJson.Default.IdentityDocument) + "\n";
        try
        {
            if (content == (written ??= File.Exists(path) ? File.ReadAllText(path) : "")) return;
            SyncedFile.Replace(path, content);
            written = content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: the next change, or the next start, tries again.
            written = null;
        }
    }

    /// <summary>Null where there is none that can be understood.</summary>
    public (DeviceIdentity Identity, StreamId Stream)? Read()
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllText(path), IdentityJson.Default.IdentityDocument) is { Format: Format } copy
                ? (new(
                    new(copy.DeviceId), copy.DeviceCode, new(copy.StoreId), copy.AssignmentVersion, copy.StoreName, Currency.Parse(copy.Currency), copy.TimeZone, copy.DayCutOffMinutes,
                    copy.SettingsVersion, copy.CloudAddress, ""), new(copy.StreamId))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
