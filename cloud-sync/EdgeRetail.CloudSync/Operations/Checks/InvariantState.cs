namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What a check found.</summary>
public enum InvariantState
{
    Holds,
    Broken,

    /// <summary>What it speaks of does not exist in this version.</summary>
    NotYet,
}
