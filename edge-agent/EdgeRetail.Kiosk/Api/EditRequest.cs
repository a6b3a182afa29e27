namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/edits. <see cref="Field"/> is name, brand or size; without a value, which has to be said with <see cref="Remove"/>, the catalogue's counts again.</summary>
public sealed record EditRequest(string Actor, string Product, string Field, string? Value = null, bool Remove = false, Guid? CommandId = null);
