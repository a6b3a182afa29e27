namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/day-closes: which business date is closed; without one the date that it is now.</summary>
public sealed record CloseDayRequest(string Actor, DateOnly? Date = null, Guid? CommandId = null);
