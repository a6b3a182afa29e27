namespace EdgeRetail.Contracts.Entries;

/// <summary>An ISO 4217 alphabetic code with its number of minor digits.</summary>
public readonly record struct Currency
{
    Currency(string code) => Code = code;

    public string Code => field ?? "XXX";

    /// <summary>Digits after the decimal point, by ISO 4217.</summary>
    public int MinorDigits => Code switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2,
    };

    public static bool TryParse(string? text, out Currency currency)
    {
        var valid = text is { Length: 3 } && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1]) && char.IsAsciiLetterUpper(text[2]);
        currency = valid ? new(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">Not three upper-case letters.</exception>
    public static Currency Parse(string text) =>
        TryParse(text, out var currency) ? currency : throw new FormatException($"'{text}' is not an ISO 4217 currency code.");

    public override string ToString() => Code;
}
