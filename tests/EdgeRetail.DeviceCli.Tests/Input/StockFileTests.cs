using System.Text;
using EdgeRetail.DeviceCli.Input;

namespace EdgeRetail.DeviceCli.Tests.Input;

sealed class StockFileTests
{
    [TestCase("4006381333931,24\n")]
    [TestCase("\uFEFFcode,quantity\r\n4006381333931,24\r\n")]
    [TestCase("GTIN;Menge\n4006381333931;24")]
    [TestCase("code\tqty\n\n \n\"4006381333931\"\t\" 24.000 \"\n")]
    public void A_file_is_read_with_or_without_header_whatever_separates_it(string text)
    {
        var file = Read(text);
        Assert.That(file.BadLines, Is.Empty);
        Assert.That((file.Lines.Single().Product, file.Lines.Single().QuantityThousandths), Is.EqualTo(("4006381333931", 24_000L)));
    }

    [Test]
    public void The_same_content_is_the_same_command_and_another_is_another()
    {
        var first = Read("A,1\n").CommandId;
        var again = Read("A,1\n").CommandId;
        Assert.That(again, Is.EqualTo(first));
        Assert.That(Read("A,2\n").CommandId, Is.Not.EqualTo(first));
    }

    [TestCase("A,1\nB\n", 2, "FIELDS_WRONG")]
    [TestCase("A,1,2\n", 1, "FIELDS_WRONG")]
    [TestCase("A,1\n\nB,x\n", 3, "QUANTITY_INVALID")]
    [TestCase("A,1.0005\n", 1, "QUANTITY_INVALID")]
    [TestCase("A,-1\n", 1, "QUANTITY_NOT_POSITIVE")]
    [TestCase("A,1000001\n", 1, "QUANTITY_TOO_LARGE")]
    [TestCase("4006381333932,1\n", 1, "WRONG_CHECK_DIGIT")]
    [TestCase(",1\n", 1, "PRODUCT_CODE_EMPTY")]
    [TestCase("A,1\nB,1\nA,1\n", 3, "PRODUCT_REPEATED")]
    [TestCase("4006381333931,1\n04006381333931,1\n", 2, "PRODUCT_REPEATED")]
    [TestCase("", 1, "FILE_EMPTY")]
    [TestCase("code,quantity\n", 1, "FILE_EMPTY")]
    public void A_bad_line_is_named_by_its_number(string text, int line, string code)
    {
        var bad = Read(text).BadLines.Single();
        Assert.That((bad.Line, bad.Code), Is.EqualTo((line, code)));
    }

    [Test]
    public void Bytes_that_are_no_text_are_refused() => Assert.That(StockFile.Read([0x41, 0x2C, 0xFF]).BadLines.Single().Code, Is.EqualTo("FILE_NOT_UTF8"));

    static StockFile Read(string text) => StockFile.Read(Encoding.UTF8.GetBytes(text));
}
