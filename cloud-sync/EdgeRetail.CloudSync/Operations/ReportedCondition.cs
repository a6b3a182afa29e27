namespace EdgeRetail.CloudSync.Operations;

/// <summary>A state as it stands in <c>device_status.conditions</c>. <paramref name="Through"/>: over as soon as the stream is applied so far.</summary>
public sealed record ReportedCondition(string Code, string Message, long? Through = null);
