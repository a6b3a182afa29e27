using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// What a device needs to join: whoever holds this file is that device, so it is written for its owner's eyes only,
/// and its token stands nowhere else.
/// </summary>
public sealed record EnrolmentFile(
    string Format,
    string CloudAddress,
    int DeviceId,
    string DeviceCode,
    string Token,
    Guid StreamId,
    string ReceiptSeries,
    int StoreId,
    int AssignmentVersion,
    string StoreName,
    string Currency,
    string TimeZone,
    int DayCutOffMinutes,
    long SettingsVersion,
    int? PredecessorId)
{
    public const string CurrentFormat = "edgeretail-enrolment/1";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The file's text; hides the token of a record's own ToString.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public override string ToString() => $"{Format} of device {DeviceId} ({DeviceCode})";
}
