namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// Two edits of which neither knew the other, the earlier one first. <paramref name="Winner"/> is null where a person has to
/// decide; <paramref name="SettledBy"/> is the edit that was based on both, null where there is none yet.
/// </summary>
public sealed record ConcurrentPair(RegisterEdit First, RegisterEdit Second, RegisterEdit? Winner, RegisterEdit? SettledBy);
