using System.Buffers;

namespace EdgeRetail.Contracts.Gs1;

/// <summary>The GTIN of the GS1 General Specifications (§7.9): 8, 12, 13 or 14 digits, the last a weighted sum modulo 10.</summary>
public static class Gtin
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static bool HasGtinShape(ReadOnlySpan<char> text) => text.Length is 8 or 12 or 13 or 14 && !text.ContainsAnyExcept(Digits);

    /// <summary>The check digit of the digits before it: weights 3 and 1 from the right.</summary>
    public static char CheckDigit(ReadOnlySpan<char> digitsBefore)
    {
        var sum = 0;
        for (var i = 0; i < digitsBefore.Length; i++)
        {
            var weight = (digitsBefore.Length - i) % 2 == 1 ? 3 : 1;
            sum += (digitsBefore[i] - '0') * weight;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    public static bool HasRightCheckDigit(ReadOnlySpan<char> gtin) => CheckDigit(gtin[..^1]) == gtin[^1];

    /// <summary>A GTIN-14 in the shortest standard form that its zeros allow: 8, 12, 13 or 14 digits.</summary>
    public static string Display(string gtin14)
    {
        var zeros = gtin14.AsSpan().IndexOfAnyExcept('0');
        return zeros switch
        {
            >= 6 => gtin14[6..],
            >= 2 => gtin14[2..],
            1 => gtin14[1..],
            _ => gtin14,
        };
    }
}
