using System.Net;
using System.Text.Json;
using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.Enrolment;

/// <summary>Reads the file that `cloud-sync device add` writes.</summary>
public static class EnrolmentFile
{
    const string Format = "edgeretail-enrolment/1";
    const string TokenPrefix = "erd_";
    const int TokenCharactersMax = 256;
    const int CodeCharactersMax = 16;
    const int FileBytesMax = 64 * 1024;
    const string NextStep = "Have the device added again in the cloud ('cloud-sync device add … --out FILE') and use the new file.";

    /// <summary>The refusals are ENROLMENT_FILE_MISSING, ENROLMENT_INVALID and TRANSPORT_NOT_LOOPBACK.</summary>
    public static EnrolmentReading Read(string path)
    {
        try
        {
            return new FileInfo(path).Length > FileBytesMax ? Invalid("it is too large") : Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new EnrolmentReading.Refused("ENROLMENT_FILE_MISSING", $"The file {path} cannot be read: {e.Message}", "Check the path, and that this user may read the file.");
        }
    }

    /// <summary>Reads the text of the file.</summary>
    public static EnrolmentReading Parse(string json)
    {
        EnrolmentDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, EnrolmentJson.Default.EnrolmentDocument);
        }
        catch (JsonException)
        {
            // The message would quote the file, and the file holds a secret.
            return Invalid("it is not JSON of that form");
        }

        return document is null ? Invalid("it is empty") : Fault(document) is { } fault ? Invalid(fault) : Accept(document);
    }

    /// <summary>
    /// Until devices and cloud know each other by mutual TLS, the cloud is reached on this machine only. The refusals are
    /// CLOUD_ADDRESS_INVALID and TRANSPORT_NOT_LOOPBACK; null where the address is good.
    /// </summary>
    public static EnrolmentReading.Refused? CheckAddress(string text, out Uri address)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var parsed) || parsed.Scheme != Uri.UriSchemeHttp || parsed.AbsolutePath != "/" || parsed.UserInfo.Length > 0)
        {
            address = new("http://127.0.0.1/");
            return new("CLOUD_ADDRESS_INVALID", $"'{text}' is no address of a cloud.", "Give it as http://127.0.0.1:PORT.");
        }

        address = parsed;
        return parsed.Host == "localhost" || (IPAddress.TryParse(parsed.DnsSafeHost, out var host) && IPAddress.IsLoopback(host))
            ? null
            : new("TRANSPORT_NOT_LOOPBACK", $"{parsed.Host} is another machine; without mutual TLS the token and the sales would cross the network in the clear.", "Use a cloud on this machine (127.0.0.1), or a tunnel that ends here.");
    }

    static EnrolmentReading Accept(EnrolmentDocument document) =>
        CheckAddress(document.CloudAddress!, out var address) is { } refusal
            ? refusal
            : new EnrolmentReading.Accepted(new(
                address, new(document.DeviceId), document.DeviceCode!, document.Token!, new(Guid.Parse(document.StreamId!)), document.ReceiptSeries!, new(document.StoreId),
                document.AssignmentVersion, document.StoreName!, Currency.Parse(document.Currency!), document.TimeZone!, document.DayCutOffMinutes, document.SettingsVersion)
            {
                Predecessor = document.PredecessorId is { } predecessor ? new(predecessor) : null,
            });

    static string? Fault(EnrolmentDocument document) =>
        document.Format != Format ? $"its format is '{document.Format}', not '{Format}'"
        : document.CloudAddress is null ? "it has no cloudAddress"
        : document.DeviceId <= 0 ? "its deviceId is not positive"
        : !IsCode(document.DeviceCode) ? "its deviceCode is missing or longer than 16 characters"
        : document.Token is not { Length: > 4 and <= TokenCharactersMax } token || !token.StartsWith(TokenPrefix, StringComparison.Ordinal) || token.Any(character => character is <= ' ' or > '~') ? "its token is missing or no device token"
        : !Guid.TryParse(document.StreamId, out var stream) || stream == Guid.Empty ? "its streamId is no UUID"
        : !IsCode(document.ReceiptSeries) || document.ReceiptSeries!.Contains('-', StringComparison.Ordinal) ? "its receiptSeries is missing, has a '-' or is longer than 16 characters"
        : document.StoreId <= 0 ? "its storeId is not positive"
        : document.AssignmentVersion <= 0 ? "its assignmentVersion is not positive"
        : document.StoreName is null || EntryRules.Text("storeName", document.StoreName) is not null ? "its storeName is missing or no text"
        : !Currency.TryParse(document.Currency, out _) ? "its currency is no ISO 4217 code"
        : string.IsNullOrWhiteSpace(document.TimeZone) ? "it has no timeZone"
        : document.DayCutOffMinutes is < 0 or >= 24 * 60 ? "its dayCutOffMinutes is not within a day"
        : document.SettingsVersion < 0 ? "its settingsVersion is negative"
        : document.PredecessorId is <= 0 ? "its predecessorId is not positive"
        : null;

    static bool IsCode(string? text) => text is { Length: > 0 and <= CodeCharactersMax } && EntryRules.Text("code", text) is null && !text.Any(char.IsWhiteSpace);

    static EnrolmentReading.Refused Invalid(string fault) => new("ENROLMENT_INVALID", $"This is no enrolment file that can be used: {fault}.", NextStep);
}
