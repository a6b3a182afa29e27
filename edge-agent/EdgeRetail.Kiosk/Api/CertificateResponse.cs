namespace EdgeRetail.Kiosk.Api;

/// <summary>The certificate of a closed date, as the file that <c>edgeretail verify certificate</c> reads.</summary>
public sealed record CertificateResponse(DateOnly Date, Guid EntryId, string Certificate);
