using CsCheck;
using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.Contracts.Tests.Entries;

/// <summary>The arithmetic of taxes and packs.</summary>
sealed class LineTaxTests
{
    static readonly Gen<TaxRate> Rates = Gen.Select(Gen.Int[0, TaxRate.HundredthsMax], Gen.Bool, Gen.Int[1, 3], (rate, inclusive, rounding) => new TaxRate("R", rate, inclusive, (TaxRounding)rounding));

    // 19 % of 50 cents is 9.5: the half goes up, or to the even one, or down. 7 % within 1.07 is 0.07 exactly.
    [TestCase(50, 1900, false, TaxRounding.HalfUp, 10)]
    [TestCase(50, 1900, false, TaxRounding.HalfEven, 10)]
    [TestCase(50, 1900, false, TaxRounding.Down, 9)]
    [TestCase(150, 1900, false, TaxRounding.HalfUp, 29)]
    [TestCase(150, 1900, false, TaxRounding.HalfEven, 28)]
    [TestCase(150, 1900, false, TaxRounding.Down, 28)]
    [TestCase(49, 1900, false, TaxRounding.HalfUp, 9)]
    [TestCase(51, 1900, false, TaxRounding.HalfUp, 10)]
    [TestCase(51, 1900, false, TaxRounding.Down, 9)]
    [TestCase(107, 700, true, TaxRounding.HalfUp, 7)]
    [TestCase(129, 1900, true, TaxRounding.HalfUp, 21)]
    [TestCase(129, 1900, true, TaxRounding.Down, 20)]
    [TestCase(1, 1900, true, TaxRounding.HalfUp, 0)]
    [TestCase(4, 1900, true, TaxRounding.HalfUp, 1)]
    [TestCase(3, 10_000, true, TaxRounding.HalfUp, 2)]
    [TestCase(3, 10_000, true, TaxRounding.HalfEven, 2)]
    [TestCase(1, 10_000, true, TaxRounding.HalfEven, 0)]
    [TestCase(1, 10_000, true, TaxRounding.HalfUp, 1)]
    [TestCase(1000, 770, true, TaxRounding.HalfUp, 71)]
    [TestCase(1000, 0, true, TaxRounding.HalfUp, 0)]
    [TestCase(0, 1900, false, TaxRounding.HalfUp, 0)]
    [TestCase(ProtocolLimits.AmountMinorMax, TaxRate.HundredthsMax, false, TaxRounding.HalfUp, ProtocolLimits.AmountMinorMax)]
    public void A_tax_is_rounded_as_its_rate_says(long amount, int rate, bool inclusive, TaxRounding rounding, long tax) =>
        Assert.That(new TaxRate("R", rate, inclusive, rounding).Of(amount), Is.EqualTo(tax));

    [Test]
    public void A_tax_is_what_decimals_say() => Gen.Select(Rates, Gen.Long[0, ProtocolLimits.AmountMinorMax]).Sample((rate, amount) =>
    {
        var exact = (decimal)amount * rate.Hundredths / (rate.Inclusive ? 10_000m + rate.Hundredths : 10_000m);
        return rate.Of(amount) == rate.Rounding switch
        {
            TaxRounding.HalfUp => Math.Round(exact, MidpointRounding.AwayFromZero),
            TaxRounding.HalfEven => Math.Round(exact, MidpointRounding.ToEven),
            _ => decimal.Floor(exact),
        };
    }, iter: 20_000);

    [Test]
    public void A_line_with_its_tax_can_be_computed_again_and_no_other_tax_can() =>
        Gen.Select(Rates, Gen.Long[0, ProtocolLimits.AmountMinorMax / 2], Gen.Long[1, 1000]).Sample((rate, price, off) =>
        {
            var (amount, tax) = LineTax.Of(rate, Samples.Eur(price));
            Assert.That(amount.MinorUnits, Is.EqualTo(rate.Inclusive ? price : price + tax.Amount.MinorUnits));
            Assert.That(tax.Amount.MinorUnits, Is.InRange(0, amount.MinorUnits));
            Assert.That(tax.IsOf(amount), Is.True);
            // Of a price that holds the tax there is one tax of an amount; of one that it is added to, another tax means another price.
            if (rate.Inclusive) Assert.That((tax with { Amount = Samples.Eur(tax.Amount.MinorUnits + off) }).IsOf(amount), Is.False);
            else Assert.That((tax with { Amount = Samples.Eur(tax.Amount.MinorUnits + off) }).IsOf(Samples.Eur(price + tax.Amount.MinorUnits + off)), Is.False);
        }, iter: 20_000);

    [Test]
    public void More_money_has_no_less_tax_and_less_than_the_next_cent_apart() => Gen.Select(Rates, Gen.Long[0, 1_000_000]).Sample((rate, amount) =>
        rate.Of(amount + 1) - rate.Of(amount) is 0 or 1, iter: 20_000);

    [Test]
    public void Packs_hold_what_multiplication_says_or_are_broken() => Gen.Select(Gen.Long[1, 1_000_000], Gen.Long[1, 1_000_000]).Sample((packs, content) =>
        PackSold.Content(packs, content) is { } whole ? whole * 1000 == (Int128)packs * content : packs * content % 1000 != 0);

    [Test]
    public void Terms_have_a_check_of_their_own_that_every_part_counts_in()
    {
        var terms = new ProductTerms(new("DE19", 1900, Inclusive: true, TaxRounding.HalfUp), new(Samples.Milk, 6000));
        var check = terms.Check("PACK-6", 5);
        ulong[] others =
        [
            terms.Check("PACK-7", 5), terms.Check("PACK-6", 6), (terms with { Tax = null }).Check("PACK-6", 5), (terms with { Pack = null }).Check("PACK-6", 5),
            (terms with { Tax = terms.Tax! with { Id = "DE7" } }).Check("PACK-6", 5), (terms with { Tax = terms.Tax! with { Hundredths = 1901 } }).Check("PACK-6", 5),
            (terms with { Tax = terms.Tax! with { Inclusive = false } }).Check("PACK-6", 5), (terms with { Tax = terms.Tax! with { Rounding = TaxRounding.Down } }).Check("PACK-6", 5),
            (terms with { Pack = terms.Pack! with { Product = Samples.Loose } }).Check("PACK-6", 5), (terms with { Pack = terms.Pack! with { Thousandths = 6001 } }).Check("PACK-6", 5),
        ];
        Assert.That(others, Does.Not.Contain(check));
        Assert.That(others.Append(check), Is.Unique);
        Assert.That(ProductTerms.None.Check("PACK-6", 5), Is.Zero);
    }
}
