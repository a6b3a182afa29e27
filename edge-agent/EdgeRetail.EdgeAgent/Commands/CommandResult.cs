using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>What came of a command.</summary>
public abstract record CommandResult
{
    CommandResult()
    {
    }

    /// <summary>The entry is committed and synced to disk. <paramref name="Replayed"/>: the same command was carried out before, this is its result.</summary>
    public sealed record Recorded(EntryId Entry, long Position, ReceiptNumber? Receipt, bool Replayed) : CommandResult;

    /// <summary>Nothing was written.</summary>
    public sealed record Refused(string Code, string Message, string NextStep) : CommandResult;
}
