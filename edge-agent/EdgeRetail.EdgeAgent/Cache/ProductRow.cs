using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The latest version of one product of the catalogue.</summary>
public sealed record ProductRow(long Version, ProductCode Code, string Name, string Brand, string Size, Money Price, Unit Unit, bool Deleted = false)
{
    /// <summary>Tax and pack; not summed with the rest, see <see cref="ProductTerms.Check"/>.</summary>
    public ProductTerms Terms { get; init; } = ProductTerms.None;

    /// <summary>What of it is summed.</summary>
    internal ProductContent Content => new(Code.Value, Name, Brand, Size, Price.MinorUnits, Price.Currency.Code, (int)Unit, Deleted, Version);
}
