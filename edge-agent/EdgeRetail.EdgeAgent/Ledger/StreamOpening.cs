namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>Why the cloud opened a new stream for this ledger, and the receipt series that begins with it.</summary>
public sealed record StreamOpening(string Code, string Reason, string ReceiptSeries);
