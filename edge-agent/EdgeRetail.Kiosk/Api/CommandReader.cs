using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Makes commands of requests. What stands in a request is judged by the commands themselves; here only what has no typed
/// form is refused. The first refusal is kept.
/// </summary>
sealed class CommandReader(Currency currency)
{
    const string Listed = "Use one of the words that the detail lists.";

    public Problem? Refusal { get; private set; }

    public RecordSale Read(SaleRequest request)
    {
        if (request.Tender is not null && request.Tenders is not null)
            Refusal ??= Problems.Refused("TENDER_AMBIGUOUS", "The sale has one tender for all of it and several tenders.", "Give one or the other.");
        return new(Command(request.CommandId), request.Actor, Lines(request.Lines, Line), request.Tenders is null ? Tender(request.Tender ?? "") : TenderKind.Unspecified)
        {
            Tenders = request.Tenders is { } tenders ? Lines(tenders, (TenderRequest tender) => new TenderDraft(Tender(tender.Kind), Price(tender.AmountMinor))) : null,
            Approver = request.Approver,
        };
    }

    public RecordRefund Read(RefundRequest request) =>
        new(Command(request.CommandId), request.Actor, Lines(request.Lines, Line), request.Reason, Tender(request.Tender));

    public VoidSale Read(VoidRequest request) =>
        new(Command(request.CommandId), request.Actor, Receipt(request.Receipt) ?? new("", "", 0), request.Reason, request.Approver);

    public ReceiveGoods Read(GoodsReceivedRequest request) =>
        new(Command(request.CommandId), request.Actor, request.Reference, Lines(request.Lines, Line));

    public OpenStock Read(StockOpenedRequest request) => new(Command(request.CommandId), request.Actor, Lines(request.Lines, Line));

    public AdjustStock Read(AdjustmentRequest request)
    {
        var product = Product(request.Product);
        var reason = Word(ApiWords.ReadReason(request.Reason), "REASON_UNKNOWN", $"'{request.Reason}' is no reason: found, lost, damaged, correction, other.");
        return new(Command(request.CommandId), request.Actor, product, Amount(request.DeltaThousandths, request.Unit), reason, request.Note);
    }

    public WasteStock Read(WasteRequest request)
    {
        var product = Product(request.Product);
        var reason = Word(ApiWords.ReadWasteReason(request.Reason), "REASON_UNKNOWN", $"'{request.Reason}' is no reason: expired, damaged, theft, own-use, other.");
        return new(Command(request.CommandId), request.Actor, product, Amount(request.QuantityThousandths, request.Unit), reason, request.Note);
    }
    public CountStock Read(CountRequest request) =>
        new(Command(request.CommandId), request.Actor, request.Sheet is { } sheet ? new CountSheetId(sheet) : null, Lines(request.Lines, Line));

    public EditProduct Read(EditRequest request)
    {
        var product = Product(request.Product);
        var field = Word(ApiWords.ReadField(request.Field), "EDIT_FIELD_UNKNOWN", $"'{request.Field}' is no field: name, brand, size.");
        return new(Command(request.CommandId), request.Actor, product, field, request.Remove ? null : request.Value ?? "");
    }

    public MoveCash Read(CashRequest request)
    {
        var movement = Word(ApiWords.ReadMovement(request.Movement), "CASH_MOVEMENT_UNKNOWN", $"'{request.Movement}' is no cash movement: float, in, out, drop.");
        return new(Command(request.CommandId), request.Actor, movement, new(request.AmountMinor, currency), request.Note);
    }

    public CloseDay Read(CloseDayRequest request) => new(Command(request.CommandId), request.Actor, request.Date);

    SaleDraftLine Line(SaleLineRequest line)
    {
        var product = Product(line.Product);
        return new(product, Amount(line.QuantityThousandths, line.Unit), Price(line.UnitPriceMinor), Price(line.AmountMinor), line.Description, line.Unknown)
        {
            Discount = line.Discount is { } discount ? new(Price(discount.AmountMinor), discount.Hundredths, discount.Reason) : null,
            PriceReason = line.PriceReason,
        };
    }

    RefundDraftLine Line(RefundLineRequest line)
    {
        // The sold line names the product where the request does not.
        var product = line is { Product.Length: 0, SoldOn: not null } ? default : Product(line.Product);
        var soldOn = line.SoldOn is null ? null : Receipt(line.SoldOn);
        return new(product, Amount(line.QuantityThousandths, line.Unit), soldOn, line.SoldLine, Price(line.UnitPriceMinor), Price(line.AmountMinor), line.Description, line.Unknown);
    }

    StockLine Line(StockLineRequest line)
    {
        var product = Product(line.Product);
        return new(product, Amount(line.QuantityThousandths, line.Unit));
    }

    /// <summary>JSON can say null inside a list, whatever the type says.</summary>
    List<TLine> Lines<TRequest, TLine>(IReadOnlyList<TRequest?> lines, Func<TRequest, TLine> read) where TRequest : class
    {
        var made = new List<TLine>(lines.Count);
        foreach (var line in lines)
        {
            if (line is null) Refusal ??= Problems.NotUnderstood("A line is null.");
            else made.Add(read(line));
        }

        return made;
    }

    static CommandId? Command(Guid? id) => id is { } value ? new CommandId(value) : null;

    TenderKind Tender(string text) => Word(ApiWords.ReadTender(text), "TENDER_UNKNOWN", $"'{text}' is no way to pay: cash, card, other.");

    Money? Price(long? minor) => minor is { } value ? new Money(value, currency) : null;

    /// <summary>Without a unit it is the product's own: that is for the command to find, or a retry could read otherwise than the first try.</summary>
    Quantity Amount(long thousandths, string? unit) =>
        new(thousandths, unit is null ? Unit.Each : Word(ApiWords.ReadUnit(unit), "UNIT_UNKNOWN", $"'{unit}' is no unit: each, kilogram, litre, metre."));

    ProductCode Product(string text)
    {
        var reading = ProductCode.Read(text);
        if (reading is ProductCodeReading.Accepted accepted) return accepted.Code;
        Refusal ??= OfCode((ProductCodeReading.Refused)reading);
        return default;
    }

    ReceiptNumber? Receipt(string text)
    {
        var number = ReceiptNumber.TryParse(text);
        if (number is null) Refusal ??= Problems.Refused("RECEIPT_INVALID", $"'{text}' is not a receipt number.", "Type it as it stands on the receipt, such as T1-1-000042.");
        return number;
    }

    T Word<T>(T? read, string code, string detail) where T : struct
    {
        if (read is { } value) return value;
        Refusal ??= Problems.Refused(code, detail, Listed);
        return default;
    }

    public static Problem OfCode(ProductCodeReading.Refused refused) =>
        Problems.Refused(refused.ErrorCode, refused.Message, "Scan again, or type the number from the label.");
}
