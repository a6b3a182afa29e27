using EdgeRetail.CloudSync.Storage;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>What came of adding a store.</summary>
public abstract record StoreAddition
{
    StoreAddition()
    {
    }

    public sealed record Added(StoreRow Store) : StoreAddition;

    public sealed record Refused(Problem Problem) : StoreAddition;
}
