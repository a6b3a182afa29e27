using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>How a product is taxed and what is in it, where it is a pack; either may be missing.</summary>
public sealed record ProductTerms(TaxRate? Tax, PackContent? Pack)
{
    public static readonly ProductTerms None = new(null, null);

    /// <summary>
    /// What stands beside these terms wherever they go, so that they are noticed where they changed by themselves: the first 8
    /// bytes, big-endian, of a SHA-256 over the version, the code and the terms. 0 where there are none, and only there. The
    /// catalogue's checksum has the version, so that it need not have the terms, which earlier releases do not know.
    /// </summary>
    public ulong Check(string code, long version)
    {
        if (this == None) return 0;
        var tax = Tax is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Tax.Hundredths} {(Tax.Inclusive ? 1 : 0)} {(int)Tax.Rounding} {Tax.Id}");
        var pack = Pack is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Pack.Thousandths} {Pack.Product.Value}");
        var hash = Hash256.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{version}\n{code}\n{tax}\n{pack}"))).ToByteArray();
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(hash));
    }
}
