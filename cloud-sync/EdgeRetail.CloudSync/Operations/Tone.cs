namespace EdgeRetail.CloudSync.Operations;

/// <summary>How much something should worry.</summary>
public enum Tone
{
    Good,
    Waiting,
    Bad,
    Quiet,
}
