namespace EdgeRetail.Contracts.Entries;

/// <summary>Whether the device had reason to believe its wall clock.</summary>
public enum ClockQuality
{
    Unspecified = 0,
    Trusted = 1,
    Untrusted = 2,
}
