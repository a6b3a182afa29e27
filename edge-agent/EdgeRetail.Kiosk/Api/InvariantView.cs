namespace EdgeRetail.Kiosk.Api;

/// <summary>One invariant: <see cref="Holds"/> is null where it is not yet checked.</summary>
public sealed record InvariantView(string Id, string Title, bool? Holds, bool NotYet, string Detail);
