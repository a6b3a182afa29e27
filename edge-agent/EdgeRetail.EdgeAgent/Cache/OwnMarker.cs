using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>How far this device's own stream stands in the page's database snapshot.</summary>
public sealed record OwnMarker(StreamId Stream, long AppliedThrough, ChainHash AppliedChain)
{
    /// <summary>What of it was published as durable.</summary>
    public long DurableThrough { get; init; }
}
