using System.Text.Json;

namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>Who corrects and why, and what counts instead: the entry as JSON (the body that the detail shows, corrected), or its bytes in base64.</summary>
public sealed record CorrectionOrder(string Actor, string Reason, JsonElement? Entry = null, string? Bytes = null);
