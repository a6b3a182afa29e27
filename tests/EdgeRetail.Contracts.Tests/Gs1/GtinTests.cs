using CsCheck;
using EdgeRetail.Contracts.Gs1;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.TestKit;

namespace EdgeRetail.Contracts.Tests.Gs1;

sealed class GtinTests
{
    [TestCase("629104150021", '3', Description = "GS1 General Specifications, GTIN-13")]
    [TestCase("1234567", '0')]
    [TestCase("03600029145", '2')]
    [TestCase("0000000", '0')]
    public void The_check_digit_is_that_of_the_specification(string digits, char check)
    {
        Assert.That(Gtin.CheckDigit(digits), Is.EqualTo(check));
        Assert.That(Gtin.HasRightCheckDigit(digits + check), Is.True);
    }

    [TestCase("products/off_fr_2018.csv")]
    [TestCase("products/off_it_2021.csv")]
    [TestCase("products/off_name_edits_2018_vs_2019.csv")]
    public void Codes_of_real_products_are_judged_as_by_another_computation(string file)
    {
        int judged = 0, right = 0;
        foreach (var line in File.ReadLines(SharedData.Path(file)).Skip(1))
        {
            var code = line[..Math.Max(0, line.IndexOf(',', StringComparison.Ordinal))];
            if (!Gtin.HasGtinShape(code)) continue;
            judged++;

            // From the left over 14 digits: threes at the odd places, and the whole sum divides by ten.
            var divides = code.PadLeft(14, '0').Select((digit, place) => (digit - '0') * (place % 2 == 0 ? 3 : 1)).Sum() % 10 == 0;
            Assert.That(Gtin.HasRightCheckDigit(code), Is.EqualTo(divides), code);
            Assert.That(ProductCode.Read(code) is ProductCodeReading.Accepted, Is.EqualTo(divides), code);
            if (divides) right++;
        }

        Assert.That(judged, Is.GreaterThan(500));
        Assert.That(right, Is.GreaterThan(judged * 9 / 10), "real barcodes are mostly right");
        TestContext.Out.WriteLine($"{right} of {judged} right");
    }

    [Test]
    public void Any_single_wrong_digit_and_most_swaps_are_noticed() =>
        Gen.Select(Gen.Long[0, 999_999_999_999], Gen.Int[0, 12], Gen.Int[1, 9]).Sample((number, place, change) =>
        {
            var digits = number.ToString("D12", System.Globalization.CultureInfo.InvariantCulture);
            var gtin = (digits + Gtin.CheckDigit(digits)).ToCharArray();
            gtin[place] = (char)('0' + ((gtin[place] - '0' + change) % 10));
            return !Gtin.HasRightCheckDigit(gtin);
        });

    [TestCase("4006381333931", "04006381333931", "4006381333931")]
    [TestCase("036000291452", "00036000291452", "036000291452")]
    [TestCase("96385074", "00000096385074", "96385074")]
    [TestCase("10614141543219", "10614141543219", "10614141543219")]
    public void Every_length_is_one_product_in_14_digits_and_shown_as_people_know_it(string typed, string canonical, string shown)
    {
        var code = ((ProductCodeReading.Accepted)ProductCode.Read(typed)).Code;
        Assert.That((code.Value, code.Display, code.IsGtin), Is.EqualTo((canonical, shown, true)));
        Assert.That(ProductCode.Parse(canonical), Is.EqualTo(code));
        Assert.That(((ProductCodeReading.Accepted)ProductCode.Read(shown)).Code, Is.EqualTo(code));
    }
}
