using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// What must hold for an entry by itself. The device asks before it commits, so that nothing it prints is refused later; the
/// cloud asks again, and quarantines what breaks a rule. Pure.
/// </summary>
public static class EntryRules
{
    /// <summary>The first rule that the entry breaks; null where it keeps them all.</summary>
    public static EntryViolation? FirstViolation(Entry entry)
    {
        var header = entry.Header;
        return HeaderViolation(entry.Kind, header) ?? entry switch
        {
            SaleRecorded sale => ReceiptViolation(sale.Receipt) ?? SaleViolation(sale),
            RefundRecorded refund => ReceiptViolation(refund.Receipt) ?? RefundViolation(refund),
            SaleVoided voided => ReceiptViolation(voided.SaleReceipt) ?? VoidViolation(voided),
            GoodsReceived goods => Text("reference", goods.Reference) ?? StockLinesViolation(goods.Lines, mustBePositive: true),
            StockOpened opened => StockLinesViolation(opened.Lines, mustBePositive: false),
            StockAdjusted adjusted => AdjustmentViolation(adjusted),
            StockCounted counted => StockLinesViolation(counted.Lines, mustBePositive: false),
            StockWasted wasted => WasteViolation(wasted),
            ProductEdited edited => EditViolation(ProductEdit.Of(edited)!),
            CashMoved cash => CashViolation(cash),
            BusinessDayClosed closed => CloseViolation(closed.Figures),
            QuarantineVoided voided => ReasonViolation(voided.Reason),
            QuarantineReplayed replayed => Text("reason", replayed.Reason),
            QuarantineCorrected corrected => ReasonViolation(corrected.Reason),
            ConflictResolved resolved => ReasonViolation(resolved.Reason) ?? EditViolation(ProductEdit.Of(resolved)!),
            _ => null,
        };
    }

    /// <summary>Whether text may stand in an entry: within the bound, no NUL (PostgreSQL has none), no lone surrogate (UTF-8 has none).</summary>
    public static EntryViolation? Text(string name, string? text, int charactersMax = ProtocolLimits.TextCharactersMax)
    {
        if (text is null) return null;
        if (text.Length > charactersMax) return new("TEXT_TOO_LONG", $"The {name} has {text.Length} characters; at most {charactersMax} are kept. Shorten it.");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0') return new("TEXT_INVALID", $"The {name} holds a NUL character at position {i + 1}. Remove it.");
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return new("TEXT_INVALID", $"The {name} holds half a character (a lone surrogate) at position {i + 1}. Type it again.");
            i++;
        }

        return null;
    }

    static EntryViolation? HeaderViolation(EntryKind kind, EntryHeader header) =>
        header.Store.Value <= 0 ? new("STORE_MISSING", "The entry names no store.")
        : kind.IsOfCloud() || (kind == EntryKind.ProductEdited && header.Device.Value == 0) ? CloudHeaderViolation(header)
        : header.Device.Value <= 0 ? new("DEVICE_MISSING", "The entry names no device.")
        : Text("actor", header.Actor, ProtocolLimits.ActorCharactersMax) ?? Text("time zone version", header.TimeZoneVersion, ProtocolLimits.ActorCharactersMax);

    static EntryViolation? CloudHeaderViolation(EntryHeader header) =>
        header.Device.Value != 0 ? new("ENTRY_KIND_OF_CLOUD", "Entries of this kind are recorded through the cloud only.")
        : header.Actor.Length == 0 ? new("ACTOR_MISSING", "The entry does not say who recorded it.")
        : Text("actor", header.Actor, ProtocolLimits.ActorCharactersMax);

    /// <summary>Whether a value may stand in a field of a product; null takes the store's own away.</summary>
    public static EntryViolation? FieldValue(ProductField field, string? value) =>
        field == ProductField.Unspecified || !Enum.IsDefined(field) ? new("EDIT_FIELD_UNKNOWN", "The edit names no field that a store may have a value of its own for.")
        : value is not null && string.IsNullOrWhiteSpace(value) ? new("EDIT_VALUE_MISSING", "The edit gives no value. To have the catalogue's again, take the store's own away.")
        : Text("value", value);

    static EntryViolation? EditViolation(ProductEdit edit) =>
        edit.Product.Value.Length == 0 ? new("PRODUCT_CODE_EMPTY", "The edit names no product.")
        : edit.BasedOn.Count > ProtocolLimits.EditBasesMax ? new("EDIT_BASES_TOO_MANY", $"An edit is based on at most {ProtocolLimits.EditBasesMax} changes, this names {edit.BasedOn.Count}.")
        : FieldValue(edit.Field, edit.Value);

    static EntryViolation? ReasonViolation(string reason) =>
        string.IsNullOrWhiteSpace(reason) ? new("REASON_MISSING", "Say why, in a few words.") : Text("reason", reason);

    static EntryViolation? ReceiptViolation(ReceiptNumber receipt) =>
        receipt.Number <= 0 || receipt.Series.Length is 0 or > 16 || receipt.DeviceCode.Length is 0 or > 16
            ? new("RECEIPT_INVALID", $"'{receipt}' is not a receipt number.")
            : Text("receipt series", receipt.Series) ?? Text("device code", receipt.DeviceCode);

    static EntryViolation? SaleViolation(SaleRecorded sale)
    {
        if (LineCountViolation(sale.Lines.Count) is { } count) return count;
        var sum = 0L;
        foreach (var line in sale.Lines)
        {
            if (LineViolation(line.Product, line.Quantity, line.Amount, line.UnitPrice, sale.Total.Currency, line.Description) is { } violation) return violation;
            if ((PackViolation(line) ?? DiscountViolation(line) ?? OverrideViolation(line) ?? TaxViolation(line)) is { } part) return part;
            sum += line.Amount.MinorUnits;
        }

        return TotalViolation(sum, sale.Total, sale.Tenders);
    }

    static EntryViolation? PackViolation(SaleLine line)
    {
        if (line.Pack is not { } pack) return null;
        if (pack.Product.Value.Length == 0) return new("PRODUCT_CODE_EMPTY", "A line names no pack.");
        if (pack.Quantity.Thousandths <= 0) return new("QUANTITY_NOT_POSITIVE", $"The quantity of {pack.Product.Display} is {pack.Quantity}; it has to be above 0.");
        if (QuantityViolation(pack.Product, pack.Quantity) is { } violation) return violation;
        return pack.Product != line.Product && pack.ContentThousandths > 0 && PackSold.Content(pack.Quantity.Thousandths, pack.ContentThousandths) == line.Quantity.Thousandths
            ? null
            : new("PACK_CONTENT_WRONG", $"{pack.Quantity} packs {pack.Product.Display} of {new Quantity(pack.ContentThousandths, line.Quantity.Unit)} each are not {line.Quantity} of {line.Product.Display}.");
    }

    static EntryViolation? DiscountViolation(SaleLine line)
    {
        if (line.Discount is not { } discount) return null;
        if (discount.Amount.Currency != line.Amount.Currency) return new("CURRENCY_MIXED", "All amounts of an entry are in one currency.");
        if (discount.Amount.MinorUnits is <= 0 or > ProtocolLimits.AmountMinorMax) return new("DISCOUNT_INVALID", $"The discount on {line.Sold.Display} is {discount.Amount}; it has to be above 0.");
        return Text("reason of the discount", discount.Reason) ?? Text("approver", discount.Approver, ProtocolLimits.ActorCharactersMax);
    }

    static EntryViolation? OverrideViolation(SaleLine line)
    {
        if (line.Override is not { } changed) return null;
        if (changed.OldUnitPrice.Currency != line.Amount.Currency) return new("CURRENCY_MIXED", "All amounts of an entry are in one currency.");
        if (changed.OldUnitPrice.MinorUnits is < 0 or > ProtocolLimits.AmountMinorMax) return new("OVERRIDE_INVALID", $"The price of {line.Sold.Display} before it was changed, {changed.OldUnitPrice}, is out of bounds.");
        return Text("reason of the price", changed.Reason) ?? Text("approver", changed.Approver, ProtocolLimits.ActorCharactersMax);
    }

    static EntryViolation? TaxViolation(SaleLine line)
    {
        if (line.Tax is not { } tax) return null;
        if (tax.Amount.Currency != line.Amount.Currency) return new("CURRENCY_MIXED", "All amounts of an entry are in one currency.");
        if (!tax.Rate.IsValid) return new("TAX_RATE_INVALID", $"The tax rate '{tax.Rate.Id}' of {line.Sold.Display} is none that can be computed with.");
        return tax.Amount.MinorUnits >= 0 && tax.Amount.MinorUnits <= line.Amount.MinorUnits && tax.IsOf(line.Amount)
            ? null
            : new("TAX_WRONG", $"The tax of {line.Sold.Display} says {tax.Amount}; by its rate '{tax.Rate.Id}' it is another of {line.Amount}.");
    }

    static EntryViolation? RefundViolation(RefundRecorded refund)
    {
        if (LineCountViolation(refund.Lines.Count) is { } count) return count;
        var sum = 0L;
        foreach (var line in refund.Lines)
        {
            if (LineViolation(line.Product, line.Quantity, line.Amount, line.UnitPrice, refund.Total.Currency, line.Description) is { } violation) return violation;
            if (line.SaleLine is { LineNumber: < 1 or > ProtocolLimits.EntryLinesMax }) return new("SOLD_LINE_INVALID", "A refunded line names a line number that no sale has.");
            sum += line.Amount.MinorUnits;
        }

        return TotalViolation(sum, refund.Total, refund.Tenders) ?? Text("reason", refund.Reason)
            ?? (refund.Reason.Length == 0 && refund.Lines.Any(line => line.SaleLine is null) ? new("REFUND_REASON_MISSING", "A refund without a sold line needs a reason.") : null);
    }

    static EntryViolation? VoidViolation(SaleVoided voided)
    {
        if (LineCountViolation(voided.Lines.Count) is { } count) return count;
        var sum = 0L;
        foreach (var line in voided.Lines)
        {
            if (LineViolation(line.Product, line.Quantity, line.Amount, line.Amount, voided.Total.Currency, null) is { } violation) return violation;
            sum += line.Amount.MinorUnits;
        }

        return TotalViolation(sum, voided.Total, voided.Tenders)
            ?? (string.IsNullOrWhiteSpace(voided.Reason) ? new("VOID_REASON_MISSING", "A void needs a reason.") : Text("reason", voided.Reason))
            ?? Text("approver", voided.Approver, ProtocolLimits.ActorCharactersMax);
    }

    static EntryViolation? LineCountViolation(int count) => count switch
    {
        0 => new("LINES_MISSING", "The entry has no lines."),
        > ProtocolLimits.EntryLinesMax => new("TOO_MANY_LINES", $"An entry has at most {ProtocolLimits.EntryLinesMax} lines, this has {count}. Split it."),
        _ => null,
    };

    static EntryViolation? LineViolation(ProductCode product, Quantity quantity, Money amount, Money unitPrice, Currency currency, string? description)
    {
        if (product.Value.Length == 0) return new("PRODUCT_CODE_EMPTY", "A line names no product.");
        if (quantity.Thousandths <= 0) return new("QUANTITY_NOT_POSITIVE", $"The quantity of {product.Display} is {quantity}; it has to be above 0.");
        if (QuantityViolation(product, quantity) is { } violation) return violation;
        if (amount.Currency != currency || unitPrice.Currency != currency) return new("CURRENCY_MIXED", "All amounts of an entry are in one currency.");
        return amount.MinorUnits < 0 || unitPrice.MinorUnits < 0
            ? new("AMOUNT_NEGATIVE", $"The amount of {product.Display} is below 0.")
            : amount.MinorUnits > ProtocolLimits.AmountMinorMax || unitPrice.MinorUnits > ProtocolLimits.AmountMinorMax
                ? new("AMOUNT_TOO_LARGE", $"The amount of {product.Display} is {amount}; at most {new Money(ProtocolLimits.AmountMinorMax, currency)} fit on a line.")
                : Text("description", description);
    }

    static EntryViolation? QuantityViolation(ProductCode product, Quantity quantity) =>
        Math.Abs((decimal)quantity.Thousandths) > ProtocolLimits.LineQuantityThousandthsMax
            ? new("QUANTITY_TOO_LARGE", $"The quantity of {product.Display} is {quantity}; at most {ProtocolLimits.LineQuantityThousandthsMax / 1000} fit on a line.")
            : Enum.IsDefined(quantity.Unit) ? null : new("UNIT_UNKNOWN", $"The unit of {product.Display} is not known.");

    static EntryViolation? TotalViolation(long sum, Money total, IReadOnlyList<Tender> tenders)
    {
        if (sum != total.MinorUnits) return new("TOTAL_WRONG", $"The lines sum to {new Money(sum, total.Currency)}, the total says {total}.");
        if (total.MinorUnits > ProtocolLimits.AmountMinorMax) return new("AMOUNT_TOO_LARGE", $"The total is {total}; at most {new Money(ProtocolLimits.AmountMinorMax, total.Currency)} fit on a receipt.");
        if (tenders.Count == 0) return null;
        if (tenders.Count > ProtocolLimits.EntryLinesMax) return new("TOO_MANY_LINES", "The entry has too many tenders.");
        var paid = 0L;
        foreach (var tender in tenders)
        {
            if (tender.Amount.Currency != total.Currency) return new("CURRENCY_MIXED", "All amounts of an entry are in one currency.");
            if (Math.Abs((decimal)tender.Amount.MinorUnits) > ProtocolLimits.AmountMinorMax) return new("AMOUNT_TOO_LARGE", "A tender is too large.");
            paid += tender.Amount.MinorUnits;
        }

        return paid == total.MinorUnits ? null : new("TENDERS_WRONG", $"The tenders sum to {new Money(paid, total.Currency)}, the total says {total}.");
    }

    static EntryViolation? StockLinesViolation(IReadOnlyList<StockLine> lines, bool mustBePositive)
    {
        if (LineCountViolation(lines.Count) is { } count) return count;
        foreach (var line in lines)
        {
            if (line.Product.Value.Length == 0) return new("PRODUCT_CODE_EMPTY", "A line names no product.");
            if (mustBePositive ? line.Quantity.Thousandths <= 0 : line.Quantity.Thousandths < 0)
                return new("QUANTITY_NOT_POSITIVE", $"The quantity of {line.Product.Display} is {line.Quantity}; it has to be above 0.");
            if (QuantityViolation(line.Product, line.Quantity) is { } violation) return violation;
        }

        return null;
    }

    static EntryViolation? AdjustmentViolation(StockAdjusted adjusted) =>
        adjusted.Product.Value.Length == 0 ? new("PRODUCT_CODE_EMPTY", "The adjustment names no product.")
        : adjusted.Delta.Thousandths == 0 ? new("QUANTITY_ZERO", "An adjustment by 0 changes nothing.")
        : !Enum.IsDefined(adjusted.Reason) || adjusted.Reason == AdjustmentReason.Unspecified ? new("REASON_MISSING", "An adjustment needs a reason.")
        : QuantityViolation(adjusted.Product, adjusted.Delta) ?? Text("note", adjusted.Note);

    static EntryViolation? WasteViolation(StockWasted wasted) =>
        wasted.Product.Value.Length == 0 ? new("PRODUCT_CODE_EMPTY", "It is not said which product was wasted.")
        : wasted.Quantity.Thousandths <= 0 ? new("QUANTITY_NOT_POSITIVE", $"The wasted quantity of {wasted.Product.Display} is {wasted.Quantity}; it has to be above 0.")
        : !Enum.IsDefined(wasted.Reason) || wasted.Reason == WasteReason.Unspecified ? new("REASON_MISSING", "Waste needs a reason.")
        : QuantityViolation(wasted.Product, wasted.Quantity) ?? Text("note", wasted.Note);

    static EntryViolation? CashViolation(CashMoved cash) =>
        !Enum.IsDefined(cash.Movement) || cash.Movement == CashMovementKind.Unspecified ? new("CASH_MOVEMENT_MISSING", "A cash movement is a float, in, out or drop.")
        : cash.Amount.MinorUnits <= 0 ? new("AMOUNT_NOT_POSITIVE", $"The amount is {cash.Amount}; it has to be above 0.")
        : cash.Amount.MinorUnits > ProtocolLimits.AmountMinorMax ? new("AMOUNT_TOO_LARGE", $"The amount is {cash.Amount}; at most {new Money(ProtocolLimits.AmountMinorMax, cash.Amount.Currency)} fit.")
        : Text("note", cash.Note);

    static EntryViolation? CloseViolation(DayFigures figures)
    {
        if (figures.Receipts.Count > ProtocolLimits.EntryLinesMax || figures.Buckets.Count > ProtocolLimits.EntryLinesMax) return new("TOO_MANY_LINES", $"A close has at most {ProtocolLimits.EntryLinesMax} series and dates.");
        foreach (var range in figures.Receipts)
        {
            if ((ReceiptViolation(new(range.DeviceCode, range.Series, range.First)) ?? ReceiptViolation(new(range.DeviceCode, range.Series, range.Last))) is { } violation) return violation;
            if (range.First > range.Last || range.Count <= 0) return new("RECEIPT_RANGE_INVALID", $"{range} is no range of receipts.");
        }

        return figures.EntryCount < 0 || figures.Buckets.Any(bucket => bucket.EntryCount < 0 || bucket.Totals.Count > ProtocolLimits.EntryLinesMax)
            || (decimal)figures.EntryCount < figures.Buckets.Sum(bucket => (decimal)bucket.EntryCount)
                ? new("ENTRY_COUNT_INVALID", "The entries of the dates are more than all entries.")
                : null;
    }
}
