namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What the journal says of an entry besides its place in the stream.</summary>
sealed record JournalFacts(int StoreId, byte[] Bytes, long ReceivedAtMs, long? MergedAtVersion, long EffectiveTime, string? QuarantineCode);
