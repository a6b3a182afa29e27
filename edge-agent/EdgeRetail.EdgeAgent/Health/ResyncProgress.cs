namespace EdgeRetail.EdgeAgent.Health;

/// <summary>Of a stock that is read anew while selling goes on: rows so far, and in all (0: not known yet).</summary>
public sealed record ResyncProgress(long Rows, long RowsTotal);
