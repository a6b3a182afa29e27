namespace EdgeRetail.Kiosk.Api;

/// <summary>The receipt series in use, and the number that the next receipt gets.</summary>
public sealed record ReceiptsView(string Series, int Next);
