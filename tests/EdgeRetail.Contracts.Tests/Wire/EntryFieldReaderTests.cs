using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.Contracts.Tests.Wire;

public sealed class EntryFieldReaderTests
{
    [Test]
    public void Bytes_of_an_entry_are_read_to_their_end_with_the_names_of_their_fields()
    {
        byte[] bytes = [0x10, 0x01, 0x2A, 0x03, (byte)'a', (byte)'n', (byte)'n', 0xA2, 0x01, 0x05, 0x12, 0x03, (byte)'E', (byte)'U', (byte)'R'];
        var read = EntryFieldReader.Read(bytes);
        Assert.That(read.Fields, Is.EqualTo(new EntryField[] { new(0, 0, "store", "1"), new(2, 0, "actor", "ann"), new(7, 0, "sale_recorded", "5 bytes"), new(10, 1, "currency", "EUR") }));
        Assert.That((read.EndedAt, read.EndedBecause), Is.EqualTo((bytes.Length, (string?)null)));
    }

    [TestCase("1001 2a09616e6e", 2, "actor is cut off: it announces 9 bytes, and 3 are left")]
    [TestCase("1001 2a02c328", 2, "actor is no UTF-8")]
    [TestCase("1001 10", 3, "a number is cut off")]
    [TestCase("1001 10ffffffffffffffffffff01", 3, "a number has more than ten bytes")]
    [TestCase("1001 13", 2, "store is of wire type 3, which no entry uses")]
    [TestCase("1001 00", 2, "0 is no field number")]
    [TestCase("1001 410102", 2, "hlc is cut off: it has 8 bytes, and 2 are left")]
    public void Where_bytes_end_to_make_sense_is_said_with_the_reason(string hex, int endedAt, string because)
    {
        var read = EntryFieldReader.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.That((read.EndedAt, read.EndedBecause), Is.EqualTo((endedAt, because)));
        Assert.That(read.Fields[0], Is.EqualTo(new EntryField(0, 0, "store", "1")), "What came before is shown.");
    }

    [Test]
    public void No_bytes_make_it_throw()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 60)];
            random.NextBytes(bytes);
            Assert.That(() => EntryFieldReader.Read(bytes), Throws.Nothing);
        }
    }

    [Test]
    public void Json_of_an_entry_reads_back_to_its_bytes_and_nonsense_is_told()
    {
        byte[] bytes = [0x10, 0x01, 0x2A, 0x03, (byte)'a', (byte)'n', (byte)'n'];
        Assert.That(EntryJson.Read(EntryJson.Write(bytes)!).Bytes, Is.EqualTo(bytes));
        Assert.That(EntryJson.Write(new byte[] { 0xFF }), Is.Null);
        Assert.That(EntryJson.Read("{\"nonsense\":1}").Fault, Is.Not.Empty);
        Assert.That(EntryJson.Read("{").Fault, Is.Not.Empty);
    }
}
