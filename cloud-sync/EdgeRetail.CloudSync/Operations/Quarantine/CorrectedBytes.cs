using System.Text.Json;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>The bytes that an operator means to count. Pure.</summary>
static class CorrectedBytes
{
    public static (byte[]? Bytes, Problem? Problem) Read(JsonElement? entry, string? base64)
    {
        if (entry is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } json) return base64 is null ? OfJson(json.GetRawText()) : Both();
        if (base64 is null) return (null, new("CORRECTION_MISSING", "Nothing is given that counts instead.", "Give the corrected entry: its body as 'cloud-sync quarantine show --json' has it, corrected, or its bytes in base64."));
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? (bytes[..length], null) : (null, new("CORRECTION_INVALID", "The bytes are no base64.", "Give the corrected entry's bytes in base64, or the entry as JSON."));
    }

    public static (byte[]? Bytes, Problem? Problem) OfJson(string json) =>
        EntryJson.Read(json) is { Fault: { } fault } ? (null, new("CORRECTION_INVALID", $"The corrected entry is none: {fault}", "Begin with the body that 'cloud-sync quarantine show --json' has.")) : (EntryJson.Read(json).Bytes, null);

    static (byte[]? Bytes, Problem? Problem) Both() => (null, new("CORRECTION_INVALID", "Both an entry and bytes are given.", "Give one of them."));
}
