namespace EdgeRetail.CloudSync.Storage;

/// <summary>A request that an operator's client may repeat, and what it was answered. Committed with what it did.</summary>
public sealed class OperatorRequestRow
{
    /// <summary>What the client calls the request.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of who asked for what: another print under the same key is another request.</summary>
    public required byte[] Print { get; init; }

    public required short Status { get; init; }

    public required string Answer { get; init; }

    public required long AnsweredAtMs { get; init; }
}
