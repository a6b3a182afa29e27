using System.Buffers.Binary;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;

namespace EdgeRetail.Contracts.Wire;

/// <summary>
/// What a page with products says of its own content, so that bytes which changed on the way are noticed before anything is
/// written. Both sides compute it from the message's fields, not from its bytes: one of a later release may have more of them.
/// </summary>
public static class PageCheck
{
    /// <summary>Of a page of the catalogue's feed; never 0, which says nothing.</summary>
    public static ulong Of(Page page)
    {
        Span<byte> numbers = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(numbers, page.FromVersion);
        BinaryPrimitives.WriteUInt64BigEndian(numbers[sizeof(ulong)..], page.ToVersion);
        return Of([.. numbers, .. page.Hash.Span, .. page.Checksum.Span, .. Rows(page.Products)]);
    }

    /// <summary>Of a page of the catalogue's rows in key order; never 0, which says nothing.</summary>
    public static ulong Of(SnapshotPage page)
    {
        Span<byte> numbers = stackalloc byte[sizeof(ulong) + 1];
        BinaryPrimitives.WriteUInt64BigEndian(numbers, page.Head?.Version ?? 0);
        numbers[sizeof(ulong)] = page.Equal ? (byte)1 : (byte)0;
        return Of([.. numbers, .. (page.Head?.Hash ?? ByteString.Empty).Span, .. Key(page.AfterKey), .. Key(page.LastKey), .. Rows(page.Products)]);
    }

    /// <summary>Whether the page is as it was sent, as far as it says.</summary>
    public static bool Holds(Page page) => (page.Check == 0 ? page.Checksum.Length is 0 or CatalogueChecksum.Length : page.Check == Of(page)) && page.Products.All(Holds);

    /// <summary>Whether the page is as it was sent, as far as it says.</summary>
    public static bool Holds(SnapshotPage page) => (page.Check == 0 || page.Check == Of(page)) && page.Products.All(Holds);

    /// <summary>Whether the product's tax and pack are as they were sent.</summary>
    public static bool Holds(ProductVersion product)
    {
        try
        {
            return product.TermsCheck == Terms(product).Check(product.Code, unchecked((long)product.Version));
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <exception cref="FormatException">The pack holds something that is no product.</exception>
    /// <exception cref="OverflowException">A rate that no number here can be.</exception>
    public static ProductTerms Terms(ProductVersion product) => new(
        product.Tax is { } tax ? new(tax.RateId, checked((int)tax.RateHundredths), tax.Inclusive, (Entries.TaxRounding)tax.Rounding) : null,
        product.Pack is { } pack ? new(ProductCode.Parse(pack.Product), pack.ContentThousandths) : null);

    /// <summary>Puts tax and pack into the wire's product, with what lets a device see that they came as they were sent.</summary>
    public static ProductVersion With(ProductVersion product, ProductTerms terms)
    {
        if (terms.Tax is { } tax) product.Tax = new() { RateId = tax.Id, RateHundredths = checked((uint)tax.Hundredths), Inclusive = tax.Inclusive, Rounding = (Sync.V1.TaxRounding)tax.Rounding };
        if (terms.Pack is { } pack) product.Pack = new() { Product = pack.Product.Value, ContentThousandths = pack.Thousandths };
        product.TermsCheck = terms.Check(product.Code, unchecked((long)product.Version));
        return product;
    }

    /// <summary>A product of the wire, as it stands there.</summary>
    public static ProductContent Content(ProductVersion product) => new(
        product.Code, product.Name, product.Brand, product.Size, product.PriceMinor, product.Currency, (int)product.Unit, product.Deleted, unchecked((long)product.Version));

    // Versions stand in the rows, so their order is of no account.
    static byte[] Rows(IEnumerable<ProductVersion> products) => products.Aggregate(CatalogueChecksum.Empty, (sum, product) => sum.With(Content(product))).ToByteArray();

    static byte[] Key(string key) => Hash256.Of(ByteString.CopyFromUtf8(key).Span).ToByteArray();

    static ulong Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Hash256.Length];
        Hash256.Of(content).WriteTo(hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(hash));
    }
}
