using EdgeRetail.Contracts.Gs1;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>
/// What identifies a product in a shop: a GTIN, always in its 14-digit form, or an internal code of the shop (letters,
/// digits, space and . _ - / + #, at most <see cref="ProtocolLimits.ProductCodeCharactersMax"/> characters). Text of 8, 12, 13 or 14
/// digits is a GTIN and has a right check digit.
/// </summary>
public readonly record struct ProductCode : IComparable<ProductCode>
{
    ProductCode(string value) => Value = value;

    /// <summary>The canonical text: equal products have equal text.</summary>
    public string Value => field ?? "";

    /// <summary>Reads what was scanned or typed. The errors are PRODUCT_CODE_EMPTY, PRODUCT_CODE_TOO_LONG, PRODUCT_CODE_INVALID and WRONG_CHECK_DIGIT.</summary>
    public static ProductCodeReading Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return new ProductCodeReading.Refused("PRODUCT_CODE_EMPTY", "The product code is empty.");
        if (trimmed.Length > ProtocolLimits.ProductCodeCharactersMax)
            return new ProductCodeReading.Refused("PRODUCT_CODE_TOO_LONG", $"A product code has at most {ProtocolLimits.ProductCodeCharactersMax} characters, this has {trimmed.Length}.");

        if (Gtin.HasGtinShape(trimmed))
        {
            return Gtin.HasRightCheckDigit(trimmed)
                ? new ProductCodeReading.Accepted(new(trimmed.PadLeft(14, '0')))
                : new ProductCodeReading.Refused("WRONG_CHECK_DIGIT", $"The check digit of {trimmed} is wrong: it should be {Gtin.CheckDigit(trimmed.AsSpan(0, trimmed.Length - 1))}. Scan again.");
        }

        foreach (var character in trimmed)
        {
            if (!char.IsAsciiLetterOrDigit(character) && " ._-/+#".IndexOf(character, StringComparison.Ordinal) < 0)
                return new ProductCodeReading.Refused("PRODUCT_CODE_INVALID", $"A product code has ASCII letters, digits, space and . _ - / + # only; this has U+{(int)character:X4}.");
        }

        return new ProductCodeReading.Accepted(new(trimmed));
    }

    /// <summary>Takes a code that this type wrote before, or that is known to be valid.</summary>
    /// <exception cref="FormatException">The text is not a canonical product code.</exception>
    public static ProductCode Parse(string text) =>
        Read(text) is ProductCodeReading.Accepted accepted && accepted.Code.Value == text ? accepted.Code : throw new FormatException($"'{text}' is not a canonical product code.");

    /// <summary>Whether the code is a GTIN.</summary>
    public bool IsGtin => Value.Length == 14 && Gtin.HasGtinShape(Value);

    public int CompareTo(ProductCode other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>As people know it: a GTIN without the zeros that only pad it.</summary>
    public string Display => IsGtin ? Gtin.Display(Value) : Value;

    public override string ToString() => Value;
}
