using EdgeRetail.Contracts.Gs1;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>What the shops of these tests sell: products with GTINs of their own and two with internal codes.</summary>
static class Goods
{
    /// <summary>Codes as they are typed or scanned.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Enumerable.Range(0, 40).Select(Gtin13), "APPLES-LOOSE", "BAG 01"];

    /// <summary>A right GTIN that no catalogue of these tests knows.</summary>
    public static string Unknown { get; } = Gtin13(900);

    public static string CatalogueCsv { get; } =
        "gtin,name,brand,size,price\n" + string.Concat(Codes.Select((code, number) => $"{code},Product {number},Brand {number % 5},{100 + number} g,{1 + (number % 20)}.{number % 10}9\n"));

    /// <summary>As the databases know it.</summary>
    public static string Canonical(string code) => Gtin.HasGtinShape(code) ? code.PadLeft(14, '0') : code;

    static string Gtin13(int number)
    {
        var digits = $"400{number:D9}";
        return digits + Gtin.CheckDigit(digits);
    }
}
