using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>What came of a batch, or of a part of one.</summary>
public abstract record BatchOutcome
{
    BatchOutcome()
    {
    }

    /// <summary>Committed, or committed before: the journal holds every entry through <see cref="AppliedThrough"/>.</summary>
    public sealed record Accepted(long AppliedThrough, ChainHash Chain, StoreId Store, long StoreVersion, IReadOnlyList<EntryOutcome> Outcomes) : BatchOutcome
    {
        /// <summary>What of the stream was published as durable before.</summary>
        public long DurableThrough { get; init; }
    }

    /// <summary>The device is not active.</summary>
    public sealed record DeviceInactive(string State) : BatchOutcome;

    /// <summary>The token is not the current session's: a newer Hello was answered, or it is not ours.</summary>
    public sealed record SessionFenced : BatchOutcome;

    public sealed record StreamClosed : BatchOutcome;

    public sealed record SequenceGap(long AppliedThrough, ChainHash Chain) : BatchOutcome;

    /// <summary>A sequence that was applied came again with other bytes.</summary>
    public sealed record SequenceContentMismatch(long Sequence, long AppliedThrough, ChainHash Chain) : BatchOutcome;

    public sealed record ChainMismatch(long AppliedThrough, ChainHash Chain) : BatchOutcome;

    /// <summary>The device was assigned anew since its session began: its settings are old.</summary>
    public sealed record AssignmentMoved : BatchOutcome;

    /// <summary>Nothing was decided: the database cannot be reached, or does not get to it.</summary>
    public sealed record Unavailable(string Reason) : BatchOutcome;

    /// <summary>Nothing was decided: too many batches wait for their turn on this replica.</summary>
    public sealed record Overloaded : BatchOutcome;
}
