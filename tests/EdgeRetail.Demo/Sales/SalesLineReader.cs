using System.Globalization;

namespace EdgeRetail.Demo.Sales;

/// <summary>Makes a line out of a CSV record, or says why it cannot be taken.</summary>
sealed class SalesLineReader(SalesMapping mapping, IReadOnlyList<string> header)
{
    const int ProductCharactersMax = 48;
    const int TextCharactersMax = 200;
    const decimal QuantityMax = 1_000_000m;
    const long AmountMinorMax = 10_000_000_000;

    readonly int receiptColumn = Required(header, mapping.Columns.Receipt);
    readonly int quantityColumn = Required(header, mapping.Columns.Quantity);
    readonly int? productColumn = Optional(header, mapping.Columns.Product);
    readonly int? gtinColumn = Optional(header, mapping.Columns.Gtin);
    readonly int? descriptionColumn = Optional(header, mapping.Columns.Description);
    readonly int? priceColumn = Optional(header, mapping.Columns.UnitPrice);
    readonly int? amountColumn = Optional(header, mapping.Columns.Amount);
    readonly int? tillColumn = Optional(header, mapping.Columns.Till);
    readonly int? unitColumn = Optional(header, mapping.Columns.Unit);
    readonly HashSet<string> feeCodes = new(mapping.FeeCodes, StringComparer.Ordinal);
    readonly decimal minorPerMajor = mapping.MinorPerMajor;

    public (FileLine? Line, string Receipt, string Till, ListedLine? Refused) Read(CsvRow row)
    {
        if (row.Fault is { } fault) return Refuse(row, "ROW_UNREADABLE", fault);
        if (row.Fields.Count != header.Count) return Refuse(row, "FIELD_COUNT_WRONG", $"{row.Fields.Count} fields where the header has {header.Count}");
        var receipt = Field(row, receiptColumn);
        if (receipt.Length == 0) return Refuse(row, "RECEIPT_MISSING", "the line belongs to no receipt");

        var (product, isFee, productFault) = Product(row);
        if (productFault is { } wrong) return Refuse(row, wrong.Code, wrong.Reason);
        if (!decimal.TryParse(Field(row, quantityColumn), NumberStyles.Float, CultureInfo.InvariantCulture, out var quantity)) return Refuse(row, "QUANTITY_INVALID", $"'{Field(row, quantityColumn)}' is no quantity");
        if (quantity == 0) return Refuse(row, "QUANTITY_ZERO", "a quantity of 0 sells nothing");
        if (Math.Abs(quantity) > QuantityMax) return Refuse(row, "QUANTITY_TOO_LARGE", $"{quantity} on one line");
        if (quantity * 1000 % 1 != 0) return Refuse(row, "QUANTITY_TOO_FINE", $"{quantity} is finer than a thousandth");
        var (amount, unitPrice, moneyFault) = Money(row, quantity);
        if (moneyFault is { } bad) return Refuse(row, bad.Code, bad.Reason);

        var description = descriptionColumn is { } column ? Field(row, column) : "";
        if (description.Length > TextCharactersMax) return Refuse(row, "TEXT_TOO_LONG", $"a description of {description.Length} characters");
        if (description.Contains('\0', StringComparison.Ordinal)) return Refuse(row, "TEXT_INVALID", "a NUL character in the description");
        var cancelled = mapping.CancelledReceiptPrefix is { Length: > 0 } prefix && receipt.StartsWith(prefix, StringComparison.Ordinal);
        var kind = quantity > 0 ? LineKind.Sale : cancelled || amount != 0 ? LineKind.Refund : LineKind.Adjustment;
        if (kind == LineKind.Sale && isFee && amount == 0) return Refuse(row, "ZERO_PRICE_FEE", $"the fee {product} at price 0 is no sale");
        if (kind == LineKind.Adjustment && isFee) return Refuse(row, "ZERO_PRICE_FEE", $"the fee {product} has no stock to adjust");
        if (kind != LineKind.Adjustment && descriptionColumn is not null && description.Length == 0) return Refuse(row, "TEXT_MISSING", $"{product} is sold without a description");
        var unit = unitColumn is { } unitAt ? Field(row, unitAt) : "";
        return (
            new(row.Line, kind, product, (long)(quantity * 1000), amount, unitPrice, description, isFee, unit.Length == 0 ? null : unit),
            receipt, tillColumn is { } till ? Field(row, till) : "", null);
    }

    (string Product, bool IsFee, (string Code, string Reason)? Fault) Product(CsvRow row)
    {
        var gtin = gtinColumn is { } column ? Field(row, column) : "";
        var own = productColumn is { } productAt ? Field(row, productAt) : "";
        if (gtin.Length == 0 && own.Length == 0) return ("", false, ("PRODUCT_CODE_EMPTY", "the line names no product"));
        var isFee = feeCodes.Contains(own);
        var code = gtin.Length > 0 ? gtin : isFee ? own : mapping.ProductPrefix + own;
        if (code.Length > ProductCharactersMax) return (code, isFee, ("PRODUCT_CODE_TOO_LONG", $"a product code of {code.Length} characters"));
        if (code.Any(character => !char.IsAsciiLetterOrDigit(character) && !" ._-/+#".Contains(character, StringComparison.Ordinal))) return (code, isFee, ("PRODUCT_CODE_INVALID", $"'{code}' holds other characters than a product code may"));
        if (code.Length is 8 or 12 or 13 or 14 && code.All(char.IsAsciiDigit) && CheckDigit(code.AsSpan(..^1)) != code[^1]) return (code, isFee, ("WRONG_CHECK_DIGIT", $"the check digit of {code} should be {CheckDigit(code.AsSpan(..^1))}"));
        return (code, isFee, null);
    }

    /// <summary>The line's amount as the file has it, or quantity × unit price where it has none; the unit price is derived where only the amount is there.</summary>
    (long Amount, long UnitPrice, (string Code, string Reason)? Fault) Money(CsvRow row, decimal quantity)
    {
        decimal? amount = null;
        decimal? price = null;
        if (amountColumn is { } amountAt)
        {
            if (!decimal.TryParse(Field(row, amountAt), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return Fault("AMOUNT_INVALID", $"'{Field(row, amountAt)}' is no amount");
            if (value * minorPerMajor % 1 != 0) return Fault("AMOUNT_TOO_FINE", $"{value} is finer than {mapping.Currency} has digits");
            amount = value * minorPerMajor;
        }

        if (priceColumn is { } priceAt)
        {
            if (!decimal.TryParse(Field(row, priceAt), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return Fault("PRICE_INVALID", $"'{Field(row, priceAt)}' is no price");
            if (value < 0) return Fault("PRICE_NEGATIVE", $"a price of {value}");
            price = value * minorPerMajor;
        }

        amount ??= Math.Round(quantity * price!.Value, MidpointRounding.AwayFromZero);
        if (amount != 0 && amount < 0 != quantity < 0) return Fault("AMOUNT_SIGN_WRONG", $"a quantity of {quantity} for an amount of {amount / minorPerMajor}");
        price ??= amount.Value / quantity;
        if (Math.Abs(amount.Value) > AmountMinorMax || price > AmountMinorMax) return Fault("AMOUNT_TOO_LARGE", $"an amount of {amount / minorPerMajor}");
        return ((long)amount.Value, (long)Math.Round(price.Value, MidpointRounding.AwayFromZero), null);

        static (long, long, (string, string)?) Fault(string code, string reason) => (0, 0, (code, reason));
    }

    /// <summary>GS1's check digit: weights 3 and 1 from the right.</summary>
    static char CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++) sum += (digits[i] - '0') * ((digits.Length - i) % 2 == 1 ? 3 : 1);
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    static (FileLine?, string, string, ListedLine?) Refuse(CsvRow row, string code, string reason) => (null, "", "", new(row.Line, code, reason));

    static string Field(CsvRow row, int column) => row.Fields[column].Trim();

    static int Required(IReadOnlyList<string> header, string name) => Optional(header, name)!.Value;

    static int? Optional(IReadOnlyList<string> header, string? name)
    {
        if (name is null) return null;
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i] == name) return i;
        }

        throw new SalesFileException("COLUMN_MISSING", $"The file has no column '{name}'; its header is: {string.Join(", ", header)}.");
    }
}
