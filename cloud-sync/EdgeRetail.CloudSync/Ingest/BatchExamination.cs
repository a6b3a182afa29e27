namespace EdgeRetail.CloudSync.Ingest;

/// <summary>What came of examining a batch before anything of the database is read.</summary>
public abstract record BatchExamination
{
    BatchExamination()
    {
    }

    /// <summary>The batch in parts of at most as many effects as one commit writes, in order.</summary>
    public sealed record Examined(IReadOnlyList<BatchPart> Parts) : BatchExamination;

    /// <summary>Beyond a limit: the device splits it.</summary>
    public sealed record TooLarge(long Limit, string Message) : BatchExamination;

    /// <summary>No batch at all: its sequences or hashes are none.</summary>
    public sealed record Invalid(string Message) : BatchExamination;

    /// <summary>What arrived is not what the device sent: its entries, their place or the chain before them changed on the way.</summary>
    public sealed record Damaged(long FirstSequence, long LastSequence) : BatchExamination;
}
