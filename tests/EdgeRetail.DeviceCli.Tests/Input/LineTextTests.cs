using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;

namespace EdgeRetail.DeviceCli.Tests.Input;

sealed class LineTextTests
{
    static readonly Currency Euro = Currency.Parse("EUR");

    [TestCase("4006381333931", "4006381333931", 1000, null)]
    [TestCase("4006381333931*2", "4006381333931", 2000, null)]
    [TestCase("4006381333931*2@1.29", "4006381333931", 2000, 129L)]
    [TestCase("4006381333931@1.2", "4006381333931", 1000, 120L)]
    [TestCase("A B/C+#1*0.375@19", "A B/C+#1", 375, 1900L)]
    [TestCase(" X * 2 @ 3 ", "X", 2000, 300L)]
    [TestCase("X*-1", "X", -1000, null)]
    [TestCase("X@0", "X", 1000, 0L)]
    public void A_line_is_read(string text, string product, long thousandths, long? minor) =>
        Assert.That(LineText.Parse(text, Euro), Is.EqualTo(new LineText(product, thousandths, minor)));

    [TestCase("X~0.50", 1000, null, 50L, null)]
    [TestCase("X*2@1.29~10%", 2000, 129L, null, 1000)]
    [TestCase("X ~ 7.25 % ", 1000, null, null, 725)]
    public void A_discount_stands_behind_the_line(string text, long thousandths, long? minor, long? amount, int? hundredths) =>
        Assert.That(LineText.Parse(text, Euro), Is.EqualTo(new LineText("X", thousandths, minor, new(amount, hundredths))));

    [TestCase("X~", "PRICE_INVALID")]
    [TestCase("X~ten%", "DISCOUNT_INVALID")]
    [TestCase("X~1.005%", "DISCOUNT_INVALID")]
    [TestCase("X~99999999999999%", "DISCOUNT_INVALID")]
    [TestCase("", "LINE_INVALID")]
    [TestCase("*2", "LINE_INVALID")]
    [TestCase("@1", "LINE_INVALID")]
    [TestCase("X*", "QUANTITY_INVALID")]
    [TestCase("X*two", "QUANTITY_INVALID")]
    [TestCase("X*1*2", "QUANTITY_INVALID")]
    [TestCase("X*0.0005", "QUANTITY_INVALID")]
    [TestCase("X*1e3", "QUANTITY_INVALID")]
    [TestCase("X*1,5", "QUANTITY_INVALID")]
    [TestCase("X@", "PRICE_INVALID")]
    [TestCase("X@1.299", "PRICE_INVALID")]
    [TestCase("X@1@2", "PRICE_INVALID")]
    public void What_is_no_line_is_refused(string text, string code) =>
        Assert.That(Assert.Throws<CommandFailure>(() => LineText.Parse(text, Euro))!.Error.Code, Is.EqualTo(code));

    [TestCase("JPY", "129", 129)]
    [TestCase("KWD", "1.299", 1299)]
    public void Prices_have_the_decimals_of_their_currency(string currency, string text, long minor) =>
        Assert.That(LineText.Price(text, Currency.Parse(currency)), Is.EqualTo(minor));

    [TestCase("79228162514264337593543950335")]
    [TestCase("-79228162514264337593543950335")]
    public void Absurd_figures_stay_absurd_and_do_not_wrap(string text) =>
        Assert.That(Math.Abs(LineText.Quantity(text)), Is.EqualTo(9_000_000_000_000_000));
}
