namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>An entry as the recorded run left it in the end.</summary>
sealed record RecordedEntry(long Position, Guid Id, string Hash);
