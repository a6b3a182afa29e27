using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Tests.Identifiers;

sealed class CatalogueChecksumTests
{
    static readonly ProductContent Milk = new("04006381333931", "Whole milk", "Alpine", "1 l", 129, "EUR", 1, false, 5);
    static readonly ProductContent Cheese = new("CHEESE-1", "Käse, würzig", "", "", 1999, "EUR", 2, false, 6);

    static readonly ProductContent[] OtherThanMilk =
    [
        Milk with { Code = "04006381333930" }, Milk with { Name = "Whole milc" }, Milk with { Brand = "" }, Milk with { Size = "2 l" }, Milk with { PriceMinor = 128 }, Milk with { Currency = "CHF" },
        Milk with { Unit = 2 }, Milk with { Deleted = true }, Milk with { Version = 7 },
        // The same letters, in other fields.
        Milk with { Name = "Whole milkA", Brand = "lpine" }, Milk with { Name = "", Brand = "Whole milkAlpine" },
    ];

    [Test]
    public void It_is_the_sum_that_the_protocol_names()
    {
        UInt128 sum = 0;
        foreach (var row in new[] { Milk, Cheese })
        {
            var bytes = new List<byte>();
            bytes.AddRange(BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(row.Version)));
            bytes.AddRange(BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(row.PriceMinor)));
            bytes.AddRange(BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(row.Unit)));
            bytes.Add(0);
            foreach (var text in new[] { row.Code, row.Name, row.Brand, row.Size, row.Currency })
            {
                var utf8 = Encoding.UTF8.GetBytes(text);
                bytes.AddRange(BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(utf8.Length)));
                bytes.AddRange(utf8);
            }

            sum = unchecked(sum + BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(bytes.ToArray())));
        }

        Assert.That(CatalogueChecksum.Empty.With(Milk).With(Cheese).Sum, Is.EqualTo(sum));
    }

    [Test]
    public void It_does_not_depend_on_the_order_and_a_row_that_leaves_takes_its_part_with_it()
    {
        var both = CatalogueChecksum.Empty.With(Milk).With(Cheese);
        Assert.That(CatalogueChecksum.Empty.With(Cheese).With(Milk), Is.EqualTo(both));
        Assert.That(both.Without(Milk), Is.EqualTo(CatalogueChecksum.Empty.With(Cheese)));
        Assert.That(both.Without(Milk).Without(Cheese), Is.EqualTo(CatalogueChecksum.Empty));
        Assert.That(CatalogueChecksum.Read(both.ToByteArray()), Is.EqualTo(both));
    }

    [TestCaseSource(nameof(OtherThanMilk))]
    public void Every_field_counts(ProductContent other) => Assert.That(CatalogueChecksum.Empty.With(other), Is.Not.EqualTo(CatalogueChecksum.Empty.With(Milk)));

    [Test]
    public void A_row_may_be_longer_than_any_that_is_imported()
    {
        var name = new string('ü', 5_000);
        Assert.That(CatalogueChecksum.Empty.With(Milk with { Name = name }), Is.Not.EqualTo(CatalogueChecksum.Empty.With(Milk with { Name = name + "." })));
    }
}
