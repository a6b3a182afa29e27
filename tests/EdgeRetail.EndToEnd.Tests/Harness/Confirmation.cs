namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>What a device told the seller: this command stands in the ledger, as this entry, with this receipt.</summary>
sealed record Confirmation(string Device, Guid Command, Guid Entry, string? Receipt, bool Replayed);
