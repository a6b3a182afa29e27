namespace EdgeRetail.EdgeAgent.Health;

/// <summary>One invariant as far as the device can show it by itself. <paramref name="Holds"/> is null where it cannot say.</summary>
public sealed record InvariantResult(string Id, string Title, bool? Holds, bool NotYet, string Detail);
