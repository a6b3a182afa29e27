using System.Globalization;
using CsCheck;
using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.Contracts.Tests.Entries;

sealed class MoneyAndQuantityTests
{
    [TestCase("3.49", "EUR", 349)]
    [TestCase("3", "EUR", 300)]
    [TestCase("-0.05", "EUR", -5)]
    [TestCase("349", "JPY", 349)]
    [TestCase("1.234", "TND", 1234)]
    [TestCase("100000000.00", "EUR", ProtocolLimits.AmountMinorMax)]
    public void Money_is_read_as_typed(string text, string currency, long minor)
    {
        Assert.That(Money.TryParse(text, Currency.Parse(currency), out var money), Is.True);
        Assert.That(money, Is.EqualTo(new Money(minor, Currency.Parse(currency))));
    }

    [TestCase("3.495", "EUR")]
    [TestCase("3.5", "JPY")]
    [TestCase("3,49", "EUR")]
    [TestCase("1e3", "EUR")]
    [TestCase("", "EUR")]
    [TestCase(" 3", "EUR")]
    [TestCase("100000000.01", "EUR")]
    [TestCase("-100000000.01", "EUR")]
    [TestCase("79228162514264337593543950335", "EUR", Description = "the largest decimal")]
    [TestCase("999999999999999999999999999999999", "EUR")]
    public void What_is_no_amount_is_not_read(string text, string currency) => Assert.That(Money.TryParse(text, Currency.Parse(currency), out _), Is.False);

    [TestCase("2", 2000)]
    [TestCase("0.375", 375)]
    [TestCase("-1.5", -1500)]
    [TestCase("1000000", 1_000_000_000)]
    public void A_quantity_is_read_as_typed(string text, long thousandths)
    {
        Assert.That(Quantity.TryParse(text, Unit.Kilogram, out var quantity), Is.True);
        Assert.That(quantity, Is.EqualTo(new Quantity(thousandths, Unit.Kilogram)));
    }

    [TestCase("0.3755")]
    [TestCase("1000000.001")]
    [TestCase("79228162514264337593543950335")]
    [TestCase("two")]
    [TestCase("")]
    public void What_is_no_quantity_is_not_read(string text) => Assert.That(Quantity.TryParse(text, Unit.Each, out _), Is.False);

    [Test]
    public void What_is_written_reads_as_the_same() =>
        Gen.Select(Gen.Long[-ProtocolLimits.AmountMinorMax, ProtocolLimits.AmountMinorMax], Samples.OneOf("EUR", "JPY", "TND"), Gen.Long[-ProtocolLimits.LineQuantityThousandthsMax, ProtocolLimits.LineQuantityThousandthsMax]).Sample((minor, code, thousandths) =>
        {
            var money = new Money(minor, Currency.Parse(code));
            Assert.That(Money.TryParse($"{money}"[..^4], money.Currency, out var read), Is.True);
            Assert.That(read, Is.EqualTo(money));
            Assert.That(money.ToDecimal().ToString(CultureInfo.InvariantCulture), Does.Not.Contain("E"));
            var quantity = new Quantity(thousandths, Unit.Each);
            Assert.That(Quantity.TryParse($"{quantity}", Unit.Each, out var readQuantity), Is.True);
            Assert.That(readQuantity, Is.EqualTo(quantity));
        });

    [TestCase("EUR", true)]
    [TestCase("eur", false)]
    [TestCase("EU", false)]
    [TestCase("EURO", false)]
    [TestCase("ÄÖÜ", false)]
    [TestCase(null, false)]
    public void A_currency_is_three_capital_letters(string? text, bool valid) => Assert.That(Currency.TryParse(text, out _), Is.EqualTo(valid));

    [Test]
    public void Counting_pieces_does_not_overflow_in_silence() => Assert.That(() => Quantity.Each(long.MaxValue), Throws.TypeOf<OverflowException>());
}
