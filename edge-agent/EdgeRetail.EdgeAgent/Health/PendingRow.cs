namespace EdgeRetail.EdgeAgent.Health;

/// <summary>One row of what is pending.</summary>
sealed record PendingRow(string Product, int Store, long Adjustment);
