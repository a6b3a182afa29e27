using EdgeRetail.CloudSync.Storage;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>One consumed sequence of a stream: a journal row, or a row of <c>stream_sequence</c>, which has no bytes.</summary>
sealed record StreamRow(
    int DeviceId,
    Guid StreamId,
    long Sequence,
    Guid EntryId,
    byte[] Hash,
    SequenceDisposition? Disposition,
    JournalFacts? Journal);
