using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Tests.Identifiers;

sealed class IdentifierTests
{
    static readonly StreamId Stream = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"));

    [Test]
    public void The_chain_is_the_hash_of_the_chain_before_the_sequence_and_the_entry()
    {
        var expected = SHA256.HashData(Convert.FromHexString("00112233445566778899aabbccddeeff"));
        var chain = ChainHash.Start(Stream);
        Assert.That(chain.ToByteArray(), Is.EqualTo(expected));
        for (var sequence = 1L; sequence <= 300; sequence++)
        {
            var entry = SHA256.HashData([(byte)sequence, (byte)(sequence >> 8)]);
            var number = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(number, sequence);
            expected = SHA256.HashData([.. expected, .. number, .. entry]);
            chain = chain.Append(sequence, Hash256.Read(entry));
            Assert.That(chain.ToByteArray(), Is.EqualTo(expected));
        }

        Assert.That($"{chain}", Is.EqualTo(Convert.ToHexStringLower(expected)));
        Assert.That(ChainHash.Read(expected), Is.EqualTo(chain));
    }

    [Test]
    public void The_feed_hash_is_the_hash_of_the_hash_before_and_the_entry_ids()
    {
        EntryId[] ids = [new(new Guid("00000000-0000-8000-8000-000000000001")), new(new Guid("ffffffff-0000-8000-8000-000000000002"))];
        byte[] expected = SHA256.HashData([.. new byte[32], .. ids[0].ToByteArray(), .. ids[1].ToByteArray()]);
        var hash = FeedHash.Start.Append(ids);
        Assert.That(hash.ToByteArray(), Is.EqualTo(expected));
        Assert.That(hash.Append([]), Is.Not.EqualTo(hash));
        Assert.That(FeedHash.Start.Append(ids.Reverse()), Is.Not.EqualTo(hash));
    }

    [Test]
    public void Ids_order_as_their_bytes_do_in_every_database() => Gen.Select(Gen.Guid, Gen.Guid).Sample((a, b) =>
    {
        var (first, second) = (new EntryId(a), new EntryId(b));
        Assert.That(Math.Sign(first.CompareTo(second)), Is.EqualTo(Math.Sign(first.ToByteArray().AsSpan().SequenceCompareTo(second.ToByteArray()))));
        Assert.That(EntryId.Read(first.ToByteArray()), Is.EqualTo(first));
        Assert.That(Convert.ToHexStringLower(first.ToByteArray()), Is.EqualTo($"{first}".Replace("-", "", StringComparison.Ordinal)));
    });

    [Test]
    public void A_derived_id_is_a_UUIDv8_of_the_time_and_74_bits_of_the_hash() => Gen.Select(Gen.Long[0, (1L << 48) - 1], Gen.Byte.Array[32]).Sample((milliseconds, hash) =>
    {
        var bytes = EntryId.Derive(milliseconds, Hash256.Read(hash)).ToByteArray();
        Assert.That(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16, Is.EqualTo(milliseconds));
        Assert.That((bytes[6] >> 4, bytes[8] >> 6), Is.EqualTo((8, 2)));
        Assert.That((bytes[6] & 0x0F, bytes[7], bytes[8] & 0x3F), Is.EqualTo((hash[0] & 0x0F, hash[1], hash[2] & 0x3F)));
        Assert.That(bytes[9..], Is.EqualTo(hash[3..10]));
    });

    [Test]
    public void A_hash_of_another_length_is_not_read()
    {
        Assert.That(() => Hash256.Read(new byte[31]), Throws.ArgumentException);
        Assert.That(() => Hash256.Read(new byte[33]), Throws.ArgumentException);
    }

    [TestCase("T1-1-000042", "T1", "1", 42)]
    [TestCase("T1-1-42", "T1", "1", 42)]
    [TestCase("KASSE-7-x9k2-1234567", "KASSE-7", "x9k2", 1_234_567)]
    public void A_receipt_number_is_read_as_printed(string text, string device, string series, int number) =>
        Assert.That(ReceiptNumber.TryParse(text), Is.EqualTo(new ReceiptNumber(device, series, number)));

    [TestCase("")]
    [TestCase("42")]
    [TestCase("T1-42")]
    [TestCase("T1--42")]
    [TestCase("-1-42")]
    [TestCase("T1-1-")]
    [TestCase("T1-1-0")]
    [TestCase("T1-1--1")]
    [TestCase("T1-1-4x")]
    [TestCase("T1-1-99999999999")]
    public void What_is_no_receipt_number_is_not_read(string text) => Assert.That(ReceiptNumber.TryParse(text), Is.Null);

    [TestCase("  CHEESE-1 ", "CHEESE-1")]
    [TestCase("123", "123", Description = "too short for a GTIN")]
    [TestCase("1234567890123456", "1234567890123456", Description = "too long for one")]
    [TestCase("85123A", "85123A")]
    [TestCase("a b._-/+#", "a b._-/+#")]
    public void An_internal_code_is_kept_as_typed(string text, string value)
    {
        var code = ((ProductCodeReading.Accepted)ProductCode.Read(text)).Code;
        Assert.That((code.Value, code.Display, code.IsGtin, ProductCode.Parse(code.Value)), Is.EqualTo((value, value, false, code)));
    }

    [TestCase("", "PRODUCT_CODE_EMPTY")]
    [TestCase("  ", "PRODUCT_CODE_EMPTY")]
    [TestCase("4006381333930", "WRONG_CHECK_DIGIT")]
    [TestCase("12345678", "WRONG_CHECK_DIGIT")]
    [TestCase("1234567890123456789012345678901234567890123456789", "PRODUCT_CODE_TOO_LONG")]
    [TestCase("käse", "PRODUCT_CODE_INVALID")]
    [TestCase("a\0b", "PRODUCT_CODE_INVALID")]
    [TestCase("١٢٣٤٥٦٧٨", "PRODUCT_CODE_INVALID", Description = "digits, but not ASCII")]
    [TestCase("a'b", "PRODUCT_CODE_INVALID")]
    public void What_is_no_product_code_is_refused_with_its_code(string text, string error) =>
        Assert.That(((ProductCodeReading.Refused)ProductCode.Read(text)).ErrorCode, Is.EqualTo(error));

    [Test]
    public void Whatever_is_accepted_is_canonical() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789 aZ-"], 0, 16]).Sample(text =>
    {
        if (ProductCode.Read(text) is ProductCodeReading.Accepted accepted) Assert.That(ProductCode.Parse(accepted.Code.Value), Is.EqualTo(accepted.Code));
    }, iter: 5000);
}
