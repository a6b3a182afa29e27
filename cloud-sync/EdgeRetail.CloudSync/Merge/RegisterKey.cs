using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>One field of one product, for which a store may have a value of its own.</summary>
public readonly record struct RegisterKey(ProductCode Product, ProductField Field) : IComparable<RegisterKey>
{
    public int CompareTo(RegisterKey other)
    {
        var order = Product.CompareTo(other.Product);
        return order == 0 ? Field.CompareTo(other.Field) : order;
    }
}
