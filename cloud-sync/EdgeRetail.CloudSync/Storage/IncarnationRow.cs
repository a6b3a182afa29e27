namespace EdgeRetail.CloudSync.Storage;

/// <summary>One history of this database; another system identifier or timeline than the row's means another history.</summary>
public sealed class IncarnationRow
{
    public required short Singleton { get; init; }

    public required Guid IncarnationId { get; set; }

    public required string SystemIdentifier { get; set; }

    public required int Timeline { get; set; }

    public required long BeganAtMs { get; set; }
}
