using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Gs1;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>Reads the products of a CSV file in one pass. A row that cannot be taken is told with its line; the rest goes on.</summary>
sealed class CatalogueFile
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly CsvReader csv;
    readonly CatalogueColumns columns;
    readonly CatalogueFileOptions options;
    readonly Dictionary<ProductCode, int> lineOfCode = [];

    CatalogueFile(CsvReader csv, CatalogueColumns columns, CatalogueFileOptions options) =>
        (this.csv, this.columns, this.options) = (csv, columns, options);

    /// <summary>Reads the header; a problem where the columns cannot be told from it.</summary>
    public static async Task<(CatalogueFile? File, Problem? Problem)> OpenAsync(Stream stream, CatalogueFileOptions options, CancellationToken cancellationToken)
    {
        var csv = new CsvReader(stream, options.Separator);
        switch (await csv.ReadAsync(cancellationToken))
        {
            case CsvReading.End:
                return (null, new("FILE_EMPTY", "The file is empty.", "Give a CSV file whose first line names its columns."));
            case not CsvReading.Record:
                return (null, new("HEADER_UNREADABLE", $"Line {csv.Line}, which should name the columns, is not CSV.", "Give a CSV file whose first line names its columns."));
        }

        var header = new string[csv.FieldCount];
        for (var i = 0; i < header.Length; i++) header[i] = Encoding.UTF8.GetString(csv.Field(i)).Trim();
        var (columns, problem) = CatalogueColumns.Find(header, options.Columns, options.DefaultPrice is not null);
        return columns is null ? (null, problem) : (new(csv, columns, options), null);
    }

    public async IAsyncEnumerable<CatalogueRowReading> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (await csv.ReadAsync(cancellationToken))
            {
                case CsvReading.End: yield break;
                case CsvReading.Record: yield return Read(); break;
                case CsvReading.QuoteNotClosed: yield return Bad("QUOTE_NOT_CLOSED", "A quote is opened and never closed."); break;
                case CsvReading.QuoteMisplaced: yield return Bad("QUOTE_MISPLACED", "Text follows a closing quote; a quote within a quoted field is written twice."); break;
                case CsvReading.TooLong: yield return Bad("ROW_TOO_LONG", $"The row has more than {CsvReader.RecordBytesMax} bytes; a quote may be missing."); break;
            }
        }
    }

    CatalogueRowReading Read()
    {
        if (csv.FieldCount != columns.Count)
            return Bad("FIELD_COUNT_WRONG", $"The row has {csv.FieldCount} fields, the header {columns.Count}. A field with a separator in it is put in quotes.");
        if (ReadText(columns.Gtin, out var gtin, "code") is { } gtinBad) return gtinBad;
        if (ReadText(columns.Name, out var name, "name") is { } nameBad) return nameBad;
        if (ReadText(columns.Brand, out var brand, "brand") is { } brandBad) return brandBad;
        if (ReadText(columns.Size, out var size, "size") is { } sizeBad) return sizeBad;
        if (ReadText(columns.Price, out var priceText, "price") is { } priceBad) return priceBad;
        if (ReadText(columns.Unit, out var unitText, "unit") is { } unitBad) return unitBad;

        if (gtin.Length == 0) return Bad("PRODUCT_CODE_EMPTY", "The product code is empty.");
        if (ReadCode(options.CodePrefix + gtin, out var code) is { } codeBad) return codeBad;
        if (name.Length == 0) return Bad("NAME_MISSING", $"The product {code.Display} has no name.");
        if (ReadPrice(priceText, out var price) is { } problem) return problem;
        if (UnitNames.Read(unitText) is not { } unit) return Bad("UNIT_UNKNOWN", $"'{Short(unitText)}' is no unit; a unit is each, kg, l or m.");
        if (ReadTax(out var tax) is { } taxBad) return taxBad;
        if (ReadPack(code, out var pack) is { } packBad) return packBad;
        if (!lineOfCode.TryAdd(code, csv.Line)) return Bad("DUPLICATE_IN_FILE", $"The product {code.Display} stands on line {lineOfCode[code]} already; that row is taken.");
        return new CatalogueRowReading.Accepted(csv.Line, new(code, name, brand, size, price, unit) { Terms = new(tax, pack) });
    }

    /// <summary>A rate has an id and a percentage; where the row does not say otherwise the price holds the tax, and a half is rounded up.</summary>
    CatalogueRowReading.Bad? ReadTax(out TaxRate? tax)
    {
        tax = null;
        if (ReadText(columns.TaxId, out var id, "tax id") is { } idBad) return idBad;
        if (ReadText(columns.TaxRate, out var rateText, "tax rate") is { } rateBad) return rateBad;
        if (ReadText(columns.TaxInclusive, out var inclusiveText, "tax_inclusive") is { } inclusiveBad) return inclusiveBad;
        if (ReadText(columns.TaxRounding, out var roundingText, "tax rounding") is { } roundingBad) return roundingBad;
        if (id.Length == 0 && rateText.Length == 0) return null;
        if (id.Length is 0 or > TaxRate.IdCharactersMax) return Bad("TAX_ID_INVALID", $"'{Short(id)}' is no id of a tax rate; it has 1 to {TaxRate.IdCharactersMax} characters.");
        if (!decimal.TryParse(rateText, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent > 100 || percent * 100 != decimal.Truncate(percent * 100))
            return Bad("TAX_RATE_INVALID", $"'{Short(rateText)}' is no tax rate; it is a percentage from 0 to 100 with at most two decimals, such as 19 or 7.7.");
        bool? inclusive = inclusiveText.ToLowerInvariant() switch { "" or "yes" or "true" or "1" => true, "no" or "false" or "0" => false, _ => null };
        if (inclusive is null) return Bad("TAX_INCLUSIVE_INVALID", $"'{Short(inclusiveText)}' does not say whether the price holds the tax: yes or no.");
        var rounding = roundingText.ToLowerInvariant() switch { "" or "half-up" => TaxRounding.HalfUp, "half-even" => TaxRounding.HalfEven, "down" => TaxRounding.Down, _ => TaxRounding.Unspecified };
        if (rounding == TaxRounding.Unspecified) return Bad("TAX_ROUNDING_INVALID", $"'{Short(roundingText)}' is no rounding; it is half-up, half-even or down.");
        tax = new(id, (int)(percent * 100), inclusive.Value, rounding);
        return null;
    }

    /// <summary>A pack names the product within and how much of it one pack holds; the code prefix stands before that one too.</summary>
    CatalogueRowReading.Bad? ReadPack(ProductCode code, out PackContent? pack)
    {
        pack = null;
        if (ReadText(columns.PackOf, out var ofText, "product of the pack") is { } ofBad) return ofBad;
        if (ReadText(columns.PackContent, out var contentText, "content of the pack") is { } contentBad) return contentBad;
        if (ofText.Length == 0 && contentText.Length == 0) return null;
        if (ofText.Length == 0) return Bad("PACK_OF_MISSING", $"The pack {code.Display} does not say what is in it.");
        if (ReadCode(options.CodePrefix + ofText, out var of) is { } codeBad) return codeBad;
        if (of == code) return Bad("PACK_OF_ITSELF", $"The pack {code.Display} cannot be in itself.");
        if (!Quantity.TryParse(contentText, Unit.Each, out var content) || content.Thousandths <= 0)
            return Bad("PACK_CONTENT_INVALID", $"'{Short(contentText)}' is no content of a pack; it is a quantity above 0 such as 6 or 0.5.");
        pack = new(of, content.Thousandths);
        return null;
    }

    CatalogueRowReading.Bad? ReadCode(string text, out ProductCode code)
    {
        code = default;
        switch (ProductCode.Read(text))
        {
            case ProductCodeReading.Accepted accepted:
                code = accepted.Code;
                return null;
            case ProductCodeReading.Refused { ErrorCode: "WRONG_CHECK_DIGIT" }:
                return Bad("WRONG_CHECK_DIGIT", $"The check digit of {text} is wrong: it should be {Gtin.CheckDigit(text.AsSpan(..^1))}.");
            case ProductCodeReading.Refused refused:
                return Bad(refused.ErrorCode, refused.Message);
            case var other:
                throw new InvalidOperationException($"{other}");
        }
    }

    CatalogueRowReading.Bad? ReadText(int? column, out string text, string name)
    {
        text = "";
        if (column is not { } index) return null;
        try
        {
            text = Utf8.GetString(csv.Field(index));
        }
        catch (DecoderFallbackException)
        {
            return Bad("TEXT_NOT_UTF8", $"The {name} is not UTF-8. Save the file as UTF-8.");
        }

        text = OneLine(text);
        return EntryRules.Text(name, text) is { } violation ? Bad(violation.Code, violation.Message) : null;
    }

    /// <summary>A shelf label and a receipt have one line: line breaks and tabs become spaces.</summary>
    static string OneLine(string text)
    {
        text = text.Trim();
        return text.AsSpan().IndexOfAny('\r', '\n', '\t') < 0 ? text : string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    CatalogueRowReading.Bad? ReadPrice(string text, out Money price)
    {
        price = options.DefaultPrice ?? default;
        if (text.Length == 0) return options.DefaultPrice is null ? Bad("PRICE_MISSING", "The product has no price.") : null;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return Bad("PRICE_INVALID", $"'{Short(text)}' is no price; a price is written like 3.49.");
        if (value < 0) return Bad("PRICE_NEGATIVE", $"The price {Short(text)} is below 0.");
        if (value > new Money(ProtocolLimits.AmountMinorMax, options.Currency).ToDecimal())
            return Bad("PRICE_TOO_LARGE", $"The price {Short(text)} is above {new Money(ProtocolLimits.AmountMinorMax, options.Currency)}.");
        return Money.TryParse(text, options.Currency, out price) ? null : Bad("PRICE_TOO_FINE", $"The price {Short(text)} has more digits than {options.Currency} has ({options.Currency.MinorDigits}).");
    }

    static string Short(string text) => text.Length > 30 ? text[..30] + "…" : text;

    CatalogueRowReading.Bad Bad(string code, string message) => new(csv.Line, code, message);
}
