namespace EdgeRetail.EdgeAgent.Retention;

/// <summary>What is done about the disk, from doing nothing to the last step before nothing can be recorded.</summary>
enum DiskStep
{
    Enough,

    /// <summary>People are told.</summary>
    Low,

    /// <summary>Logs and prunable history go.</summary>
    Shed,

    /// <summary>The reserve file goes too, and selling goes on in its room.</summary>
    Reserve,
}
