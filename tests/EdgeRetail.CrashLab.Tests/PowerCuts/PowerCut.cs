namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>One moment at which the power goes, and what people had been told by then.</summary>
sealed record PowerCut(string Name, bool IsEnrolled, int ConfirmedThrough);
