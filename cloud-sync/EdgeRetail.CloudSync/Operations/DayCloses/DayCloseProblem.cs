namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>One thing that is missing or differs; of receipts with the series and the numbers.</summary>
public sealed record DayCloseProblem(string Code, string Message, string? DeviceCode, string? Series, int? First, int? Last);
