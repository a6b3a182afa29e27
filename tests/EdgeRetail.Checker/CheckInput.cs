using EdgeRetail.Checker.History;

namespace EdgeRetail.Checker;

/// <summary>What to check. A device's directory holds <c>ledger.db</c>; it is opened read-only and may be in use.</summary>
public sealed record CheckInput(IReadOnlyList<string> DeviceDirectories, string? DatabaseConnectionString)
{
    /// <summary>What was confirmed, acknowledged and broken meanwhile; null where nobody wrote it down.</summary>
    public RunHistory? History { get; init; }

    /// <summary>
    /// The run has come to rest: every outbox had the time to drain. Only then is an entry that is still on its way a loss.
    /// </summary>
    public bool Quiescent { get; init; }

    /// <summary>How old a device's report in PostgreSQL may be before S21 calls it wrong.</summary>
    public TimeSpan StatusStaleness { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many offending rows are kept of each invariant; all are counted.</summary>
    public int OffendersMax { get; init; } = 20;

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
