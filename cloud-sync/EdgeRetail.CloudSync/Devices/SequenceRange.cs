namespace EdgeRetail.CloudSync.Devices;

/// <summary>Sequences of one stream, both ends included.</summary>
public readonly record struct SequenceRange(long First, long Last);
