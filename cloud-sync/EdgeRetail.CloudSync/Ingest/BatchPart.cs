using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>Consecutive examined entries that are merged and acknowledged together: a batch, or a part of one that would write too many effects.</summary>
public sealed class BatchPart
{
    readonly ChainHash chainBefore;
    readonly ArraySegment<ChainHash> chains;

    public BatchPart(ReadOnlyMemory<byte> token, StreamId? stream, StoreId store, int assignmentVersion, long firstSequence, ChainHash chainBefore, ArraySegment<ArrivedEntry> entries, ArraySegment<ChainHash> chains)
    {
        Token = token;
        Stream = stream;
        Store = store;
        AssignmentVersion = assignmentVersion;
        FirstSequence = firstSequence;
        Entries = entries;
        this.chainBefore = chainBefore;
        this.chains = chains;
    }

    public ReadOnlyMemory<byte> Token { get; }

    /// <summary>Null where the batch names no stream id.</summary>
    public StreamId? Stream { get; }

    /// <summary>Where the entries go, by the assignments of <see cref="AssignmentVersion"/>.</summary>
    public StoreId Store { get; }

    public int AssignmentVersion { get; }

    public long FirstSequence { get; }

    public long LastSequence => FirstSequence + Entries.Count - 1;

    public ArraySegment<ArrivedEntry> Entries { get; }

    /// <summary>The chain hash that the batch claims at a sequence from the one before its first through its last.</summary>
    public ChainHash ChainAt(long sequence) => sequence < FirstSequence ? chainBefore : chains[(int)(sequence - FirstSequence)];
}
