namespace EdgeRetail.Checker.Bytes;

/// <summary>
/// What entry bytes say, read by the checker's own reader from the field numbers of <c>entry.proto</c>. One object is
/// filled again and again: a pass over a million rows makes no garbage but the texts.
/// </summary>
public sealed class EntryBody
{
    const int BytesMax = 256 * 1024;
    const int SchemaVersionMax = 1;

    readonly List<EntryLine> lines = [];
    readonly List<long> tenders = [];

    /// <summary>Null where the bytes read; otherwise why they do not.</summary>
    public string? Fault { get; private set; }

    public EntryKey? ClaimedId { get; private set; }

    public long Store { get; private set; }

    public long AssignmentVersion { get; private set; }

    public long Device { get; private set; }

    public int Kind { get; private set; }

    public long SchemaVersion { get; private set; }

    public ulong Hlc { get; private set; }

    public long Milliseconds => (long)(Hlc >> 16);

    public long WallMinusHlcMilliseconds { get; private set; }

    public int BusinessDay { get; private set; }

    public string DeviceCode { get; private set; } = "";

    public string ReceiptSeries { get; private set; } = "";

    public long ReceiptNumber { get; private set; }

    public bool HasReceipt { get; private set; }

    public string Currency { get; private set; } = "";

    public long TotalMinor { get; private set; }

    public string Reason { get; private set; } = "";

    /// <summary>What a close says; null for every other kind.</summary>
    public CloseBody? Close { get; private set; }

    /// <summary>The entry in quarantine that this one is about.</summary>
    public EntryKey? Original { get; private set; }

    /// <summary>The bytes that a correction puts in its place.</summary>
    public byte[] Corrected { get; private set; } = [];

    public string EditedProduct { get; private set; } = "";

    public int EditedField { get; private set; }

    /// <summary>Null where the edit takes the store's own value away.</summary>
    public string? EditedValue { get; private set; }

    /// <summary>The changes that an edit was based on.</summary>
    public IReadOnlyList<EntryKey> Bases { get; private set; } = [];

    public IReadOnlyList<EntryLine> Lines => lines;

    public IReadOnlyList<long> Tenders => tenders;

    /// <summary>The header reads, the kind or the schema version is newer than this reader.</summary>
    public bool IsUnknownKind { get; private set; }

    /// <summary>Fills this object from the bytes; whether they are an entry of a known kind.</summary>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        Clear();
        if (bytes.Length > BytesMax) return Fail($"{bytes.Length} bytes");
        var payload = 0;
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: ReadClaimedId(reader.Block()); break;
                case 2: Store = reader.UInt32(); break;
                case 3: AssignmentVersion = reader.UInt32(); break;
                case 4: Device = reader.UInt32(); break;
                case 6: Kind = (int)reader.UInt32(); break;
                case 7: SchemaVersion = reader.UInt32(); break;
                case 8: Hlc = reader.Fixed64(); break;
                case 9: WallMinusHlcMilliseconds = reader.ZigZag(); break;
                case 13: BusinessDay = (int)reader.ZigZag(); break;
                case EntryKinds.SaleRecorded or EntryKinds.SaleVoided or EntryKinds.RefundRecorded or EntryKinds.GoodsReceived or EntryKinds.StockOpened or EntryKinds.StockAdjusted or EntryKinds.StockWasted
                    or EntryKinds.StockCounted or EntryKinds.CashMoved or EntryKinds.BusinessDayClosed or EntryKinds.QuarantineVoided or EntryKinds.QuarantineReplayed or EntryKinds.QuarantineCorrected
                    or EntryKinds.ProductEdited or EntryKinds.ConflictResolved:
                    payload = field;
                    if (!ReadPayload(field, reader.Block())) return Fail("a payload that does not read");
                    break;
                default: reader.Skip(); break;
            }
        }

        if (reader.Failed) return Fail("no protocol buffer");
        if (Fault is not null) return false;
        if (SchemaVersion > SchemaVersionMax || (payload == 0 && Kind != 0)) IsUnknownKind = true;
        else if (payload != Kind || Kind == 0) return Fail("kind and payload disagree");
        return Fault is null && !IsUnknownKind;
    }

    /// <summary>The id the entry has: its own, or the derived one.</summary>
    public EntryKey IdFor(Digest hash) =>
        Fault is not null ? EntryKey.Derive(0, hash) : ClaimedId ?? EntryKey.Derive((ulong)Milliseconds, hash);

    /// <summary>Adds what the entry does to on hand, product by product. False where it overflows.</summary>
    public bool AddMovements(Dictionary<string, long> byProduct)
    {
        var sign = Kind is EntryKinds.SaleRecorded or EntryKinds.StockWasted ? -1 : 1;
        return Kind is EntryKinds.CashMoved or EntryKinds.BusinessDayClosed or EntryKinds.StockCounted || EntryKinds.IsEdit(Kind) || AddLines(byProduct, sign);
    }

    /// <summary>Adds what the entry says was there, product by product, where it is a count. False where it overflows.</summary>
    public bool AddCounts(Dictionary<string, long> byProduct) => Kind != EntryKinds.StockCounted || AddLines(byProduct, 1);

    bool AddLines(Dictionary<string, long> byProduct, int sign)
    {
        try
        {
            foreach (var line in lines)
                byProduct[line.Product] = checked(byProduct.GetValueOrDefault(line.Product) + (sign * line.QuantityThousandths));
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    bool ReadPayload(int kind, ReadOnlySpan<byte> bytes)
    {
        lines.Clear();
        tenders.Clear();
        return kind switch
        {
            EntryKinds.SaleRecorded or EntryKinds.RefundRecorded => ReadReceipt(kind, bytes),
            EntryKinds.SaleVoided => ReadVoid(bytes),
            EntryKinds.GoodsReceived => ReadStockLines(bytes, 2),
            EntryKinds.StockOpened => ReadStockLines(bytes, 1),
            EntryKinds.StockCounted => ReadStockLines(bytes, 2),
            EntryKinds.StockAdjusted or EntryKinds.StockWasted => ReadAdjustment(bytes),
            EntryKinds.BusinessDayClosed => ReadClose(bytes),
            EntryKinds.QuarantineVoided or EntryKinds.QuarantineReplayed or EntryKinds.QuarantineCorrected => ReadSettlement(bytes),
            EntryKinds.ProductEdited or EntryKinds.ConflictResolved => ReadEdit(bytes),
            _ => ReadCash(bytes),
        };
    }

    bool ReadReceipt(int kind, ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    if (!ReadReceiptNumber(reader.Block())) return false;
                    break;
                case 2: Currency = reader.Text(); break;
                case 3:
                    if (!ReadSaleLine(kind, reader.Block())) return false;
                    break;
                case 4: TotalMinor = reader.ZigZag(); break;
                case 5:
                    if (!ReadTender(reader.Block())) return false;
                    break;
                case 6: Reason = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        return !reader.Failed && HasReceipt;
    }

    /// <summary>It names the receipt of the sale, and has none of its own.</summary>
    bool ReadVoid(ReadOnlySpan<byte> bytes)
    {
        var (sale, namesReceipt) = (0, false);
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: namesReceipt = reader.Block().Length > 0; break;
                case 2: Currency = reader.Text(); break;
                case 3:
                    if (!ReadVoidedLine(reader.Block())) return false;
                    break;
                case 4: TotalMinor = reader.ZigZag(); break;
                case 5:
                    if (!ReadTender(reader.Block())) return false;
                    break;
                case 6: Reason = reader.Text(); break;
                case 7: sale = reader.Block().Length; break;
                default: reader.Skip(); break;
            }
        }

        return !reader.Failed && namesReceipt && sale == 16;
    }

    bool ReadVoidedLine(ReadOnlySpan<byte> bytes)
    {
        var (product, quantity, unit, amount) = ("", 0L, 0, 0L);
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: product = reader.Text(); break;
                case 2: quantity = reader.ZigZag(); break;
                case 3: unit = reader.Enum(); break;
                case 4: amount = reader.ZigZag(); break;
                default: reader.Skip(); break;
            }
        }

        lines.Add(new(product, quantity, unit, amount, 0, true, false, ""));
        return !reader.Failed && product.Length > 0;
    }

    bool ReadReceiptNumber(ReadOnlySpan<byte> bytes)
    {
        HasReceipt = true;
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: DeviceCode = reader.Text(); break;
                case 2: ReceiptSeries = reader.Text(); break;
                case 3: ReceiptNumber = reader.UInt32(); break;
                default: reader.Skip(); break;
            }
        }

        return !reader.Failed;
    }

    bool ReadSaleLine(int kind, ReadOnlySpan<byte> bytes)
    {
        var refund = kind == EntryKinds.RefundRecorded;
        var (product, quantity, unit, amount, price, sold, unknown, description) = ("", 0L, 0, 0L, 0L, false, false, "");
        LineTax? tax = null;
        LinePack? pack = null;
        long? discount = null, oldPrice = null;
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: product = reader.Text(); break;
                case 2: quantity = reader.ZigZag(); break;
                case 3: unit = reader.Enum(); break;
                case 4: amount = reader.ZigZag(); break;
                case 5: price = reader.ZigZag(); break;
                case 6 when refund: sold = reader.Block().Length > 0; break;
                case 7 when !refund: description = reader.Text(); break;
                case 8 when refund: description = reader.Text(); break;
                case 8: unknown = reader.Bool(); break;
                case 9 when refund: unknown = reader.Bool(); break;
                case 9:
                    if (!ReadTax(reader.Block(), out tax)) return false;
                    break;
                case 10 when !refund:
                    if (!ReadFirstNumber(reader.Block(), out discount)) return false;
                    break;
                case 11 when !refund:
                    if (!ReadFirstNumber(reader.Block(), out oldPrice)) return false;
                    break;
                case 12 when !refund:
                    if (!ReadPack(reader.Block(), out pack)) return false;
                    break;
                default: reader.Skip(); break;
            }
        }

        lines.Add(new(product, quantity, unit, amount, price, sold, unknown, description) { Tax = tax, DiscountMinor = discount, OldUnitPriceMinor = oldPrice, Pack = pack });
        return !reader.Failed && product.Length > 0;
    }

    static bool ReadTax(ReadOnlySpan<byte> bytes, out LineTax? tax)
    {
        var (id, rate, inclusive, amount, rounding) = ("", 0L, false, 0L, 0);
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: id = reader.Text(); break;
                case 2: rate = reader.UInt32(); break;
                case 3: inclusive = reader.Bool(); break;
                case 4: amount = reader.ZigZag(); break;
                case 5: rounding = reader.Enum(); break;
                default: reader.Skip(); break;
            }
        }

        tax = new(id, rate, inclusive, amount, rounding);
        return !reader.Failed;
    }

    /// <summary>Of a discount and of an override the first field is the amount; the others are texts.</summary>
    static bool ReadFirstNumber(ReadOnlySpan<byte> bytes, out long? amount)
    {
        amount = 0;
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            if (field == 1) amount = reader.ZigZag();
            else reader.Skip();
        }

        return !reader.Failed;
    }

    static bool ReadPack(ReadOnlySpan<byte> bytes, out LinePack? pack)
    {
        var (product, quantity, content) = ("", 0L, 0L);
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: product = reader.Text(); break;
                case 2: quantity = reader.ZigZag(); break;
                case 4: content = reader.ZigZag(); break;
                default: reader.Skip(); break;
            }
        }

        pack = new(product, quantity, content);
        return !reader.Failed && product.Length > 0;
    }

    bool ReadTender(ReadOnlySpan<byte> bytes)
    {
        var amount = 0L;
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            if (field == 2) amount = reader.ZigZag();
            else reader.Skip();
        }

        tenders.Add(amount);
        return !reader.Failed;
    }

    bool ReadStockLines(ReadOnlySpan<byte> bytes, int lineField)
    {
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            if (field != lineField)
            {
                reader.Skip();
                continue;
            }

            var (product, quantity, unit) = ("", 0L, 0);
            var line = new WireReader(reader.Block());
            while (line.Next(out var lineFieldNumber))
            {
                switch (lineFieldNumber)
                {
                    case 1: product = line.Text(); break;
                    case 2: quantity = line.ZigZag(); break;
                    case 3: unit = line.Enum(); break;
                    default: line.Skip(); break;
                }
            }

            if (line.Failed || product.Length == 0) return false;
            lines.Add(new(product, quantity, unit, 0, 0, false, false, ""));
        }

        return !reader.Failed;
    }

    bool ReadAdjustment(ReadOnlySpan<byte> bytes)
    {
        var (product, delta, unit) = ("", 0L, 0);
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: product = reader.Text(); break;
                case 2: delta = reader.ZigZag(); break;
                case 3: unit = reader.Enum(); break;
                case 5: Reason = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        lines.Add(new(product, delta, unit, 0, 0, false, false, ""));
        return !reader.Failed && product.Length > 0;
    }

    bool ReadSettlement(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    var id = reader.Block();
                    if (id.Length != 16) return false;
                    Original = EntryKey.Read(id);
                    break;
                case 2: Reason = reader.Text(); break;
                case 3: Corrected = reader.Block().ToArray(); break;
                default: reader.Skip(); break;
            }
        }

        return !reader.Failed && Original is not null;
    }

    bool ReadClose(ReadOnlySpan<byte> bytes)
    {
        Close = CloseBody.Read(bytes);
        return Close is not null;
    }

    bool ReadEdit(ReadOnlySpan<byte> bytes)
    {
        var (value, removed, bases) = ("", false, new List<EntryKey>());
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: EditedProduct = reader.Text(); break;
                case 2: EditedField = reader.Enum(); break;
                case 3: value = reader.Text(); break;
                case 4: removed = reader.Bool(); break;
                case 5:
                    var id = reader.Block();
                    if (id.Length != 16) return false;
                    bases.Add(EntryKey.Read(id));
                    break;
                case 7: Reason = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        (EditedValue, Bases) = (removed ? null : value, bases);
        return !reader.Failed && EditedProduct.Length > 0 && (!removed || value.Length == 0);
    }

    bool ReadCash(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 2: Currency = reader.Text(); break;
                case 3: TotalMinor = reader.ZigZag(); break;
                default: reader.Skip(); break;
            }
        }

        return !reader.Failed;
    }

    void ReadClaimedId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 16) ClaimedId = EntryKey.Read(bytes);
        else if (bytes.Length > 0) Fault = $"an entry id of {bytes.Length} bytes";
    }

    bool Fail(string fault)
    {
        Fault = fault;
        return false;
    }

    void Clear()
    {
        (Fault, ClaimedId, IsUnknownKind, HasReceipt) = (null, null, false, false);
        (Store, AssignmentVersion, Device, Kind, SchemaVersion, Hlc, WallMinusHlcMilliseconds, BusinessDay) = (0, 0, 0, 0, 0, 0, 0, 0);
        (DeviceCode, ReceiptSeries, ReceiptNumber, Currency, TotalMinor, Reason) = ("", "", 0, "", 0, "");
        (Original, Corrected, Close) = (null, [], null);
        (EditedProduct, EditedField, EditedValue, Bases) = ("", 0, null, []);
        lines.Clear();
        tenders.Clear();
    }
}
