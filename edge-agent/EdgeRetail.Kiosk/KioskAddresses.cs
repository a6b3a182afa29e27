namespace EdgeRetail.Kiosk;

/// <summary>Where the started kiosk is to be found.</summary>
public sealed record KioskAddresses(Uri Page, string Socket);
