namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>How far the cloud's answer to a close is. Numbers as on the wire; 0 is not answered yet.</summary>
public enum DayCloseState : short
{
    Waiting = 0,

    /// <summary>Nothing is missing, and that is signed.</summary>
    Certified = 1,

    /// <summary>Something is missing or differs.</summary>
    Gaps = 2,

    /// <summary>Nothing is missing; there was no key to sign that with.</summary>
    WaitsForKey = 3,
}
