namespace EdgeRetail.Demo.Stage;

/// <summary>What came of a command.</summary>
abstract record AgentAnswer
{
    /// <summary>It stands in the ledger. Replayed: it stood there already, from an attempt whose answer was lost.</summary>
    public sealed record Recorded(Guid EntryId, string? Receipt, bool Replayed) : AgentAnswer;

    public sealed record Refused(string Code, string Detail) : AgentAnswer;
}
