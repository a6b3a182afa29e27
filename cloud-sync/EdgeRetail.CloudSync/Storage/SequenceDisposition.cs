namespace EdgeRetail.CloudSync.Storage;

/// <summary>Why a sequence stands in <c>stream_sequence</c>.</summary>
public enum SequenceDisposition : short
{
    /// <summary>The entry was in the journal already, with equal bytes.</summary>
    Duplicate = 1,

    /// <summary>The entry's id was taken by other bytes; it is in the journal, quarantined, under an id derived from its hash.</summary>
    IdConflict = 2,
}
