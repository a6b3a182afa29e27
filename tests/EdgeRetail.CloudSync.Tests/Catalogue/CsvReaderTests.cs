using System.Text;
using CsCheck;
using EdgeRetail.CloudSync.Catalogue;

namespace EdgeRetail.CloudSync.Tests.Catalogue;

public sealed class CsvReaderTests
{
    [TestCase("a,b\nc,d\n", "1:a|b 2:c|d")]
    [TestCase("a,b\r\nc,d", "1:a|b 2:c|d", Description = "CRLF, and no line break at the end")]
    [TestCase("a\rb\r", "1:a 2:b", Description = "CR alone")]
    [TestCase("\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d")]
    [TestCase("\"two\nlines\",x\ny,z\n", "1:two\nlines|x 3:y|z", Description = "a line break within quotes counts as a line of the file")]
    [TestCase("\"two\r\nlines\",x\r\ny,z\r\n", "1:two\r\nlines|x 3:y|z")]
    [TestCase("\n\na\n\n", "3:a", Description = "empty lines are none")]
    [TestCase("a,,\n,\n", "1:a|| 2:|")]
    [TestCase("\"\"\n", "1:", Description = "an empty quoted field is a record")]
    [TestCase("5\" nails,x\n", "1:5\" nails|x", Description = "a quote within a plain field is itself")]
    [TestCase("\uFEFFa,b\n", "1:a|b", Description = "byte order mark")]
    [TestCase("", "")]
    [TestCase("\"a\"b,c\nd,e\n", "1!QuoteMisplaced 2:d|e")]
    [TestCase("a,b\n\"open,c\nd,e\nf,g\n", "1:a|b 2!QuoteNotClosed 3:d|e 4:f|g", Description = "one forgotten quote costs one line")]
    [TestCase("\"", "1!QuoteNotClosed")]
    [TestCase("ä,€,𝄞\n", "1:ä|€|𝄞")]
    public async Task Records_are_read_with_their_lines(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var chunk in new[] { 1, 2, 3, 7, 1 << 16 })
            Assert.That(await ReadAllAsync(new ChunkedStream(bytes, chunk)), Is.EqualTo(expected), $"in chunks of {chunk}");
    }

    [Test]
    public async Task Another_separator_leaves_commas_alone() =>
        Assert.That(await ReadAllAsync(new MemoryStream("a,b;c\n"u8.ToArray()), ';'), Is.EqualTo("1:a,b|c"));

    [Test]
    public void What_is_written_is_read_again_whatever_it_holds_and_however_it_arrives()
    {
        var field = Gen.OneOf(Gen.String[Gen.Char["a,\"\n\r ü€"], 0, 12], Gen.Const(""));
        var records = Gen.SelectMany(Gen.Int[2, 4], width => field.Array[width].Array[1, 20]);
        Gen.Select(records, Gen.Int[1, 50]).Sample((written, chunk) =>
        {
            var text = string.Concat(written.Select(record => string.Join(',', record.Select(Quoted)) + "\r\n"));
            var read = ReadFieldsAsync(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk)).GetAwaiter().GetResult();
            return read.Count == written.Length && read.Zip(written).All(pair => pair.First.SequenceEqual(pair.Second));
        });
    }

    [Test]
    public async Task A_line_without_end_is_passed_over_in_bounded_memory()
    {
        var huge = new ChunkedStream([.. "a,b\n"u8, .. Enumerable.Repeat((byte)'x', 5 * CsvReader.RecordBytesMax), .. "\nc,d\n"u8], 1 << 16);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Assert.That(await ReadAllAsync(huge), Is.EqualTo("1:a|b 2!TooLong 3:c|d"));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(8 * CsvReader.RecordBytesMax));
    }

    static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static async Task<List<string[]>> ReadFieldsAsync(Stream stream)
    {
        var csv = new CsvReader(stream);
        var records = new List<string[]>();
        while (await csv.ReadAsync(CancellationToken.None) == CsvReading.Record)
            records.Add([.. Enumerable.Range(0, csv.FieldCount).Select(i => Encoding.UTF8.GetString(csv.Field(i)))]);
        return records;
    }

    static async Task<string> ReadAllAsync(Stream stream, char separator = ',')
    {
        var csv = new CsvReader(stream, separator);
        var records = new List<string>();
        while (await csv.ReadAsync(CancellationToken.None) is var reading && reading != CsvReading.End)
        {
            records.Add(reading == CsvReading.Record
                ? $"{csv.Line}:{string.Join('|', Enumerable.Range(0, csv.FieldCount).Select(i => Encoding.UTF8.GetString(csv.Field(i))))}"
                : $"{csv.Line}!{reading}");
        }

        return string.Join(' ', records);
    }
}
