namespace EdgeRetail.CloudSync.Storage;

/// <summary>What became of an entry in quarantine. Numbers as in the journal and on the wire.</summary>
public enum SettlementKind : short
{
    /// <summary>It will not count.</summary>
    Voided = 1,

    /// <summary>It was merged as it is.</summary>
    Replayed = 2,

    /// <summary>Other bytes count in its place.</summary>
    Corrected = 3,
}
