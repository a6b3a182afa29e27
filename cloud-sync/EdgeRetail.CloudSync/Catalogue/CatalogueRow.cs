using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>One product as a catalogue file gives it. Two equal rows describe the same product in the same way.</summary>
sealed record CatalogueRow(ProductCode Code, string Name, string Brand, string Size, Money Price, Unit Unit)
{
    /// <summary>Tax and pack; not summed with the rest, see <see cref="ProductTerms.Check"/>.</summary>
    public ProductTerms Terms { get; init; } = ProductTerms.None;

    /// <summary>What of it is summed, as the version of the feed that it is.</summary>
    public ProductContent Content(long version) => new(Code.Value, Name, Brand, Size, Price.MinorUnits, Price.Currency.Code, (int)Unit, Deleted: false, version);
}
