namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Problem details (RFC 9457) with a stable code and what to do next. <see cref="Title"/> is the code in words.
/// </summary>
public sealed record Problem(string Title, int Status, string Code, string Detail, string NextStep);
