namespace EdgeRetail.CloudSync.Merge;

/// <summary>Why an entry cannot be merged: a stable code and a sentence for people.</summary>
public sealed record QuarantineReason(string Code, string Detail);
