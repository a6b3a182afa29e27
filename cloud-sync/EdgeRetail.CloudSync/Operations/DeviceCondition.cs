namespace EdgeRetail.CloudSync.Operations;

/// <summary>A state of a device that a person should know of, by stable code, with what to do about it.</summary>
public sealed record DeviceCondition(string Code, string Sentence, Tone Tone, string NextStep);
