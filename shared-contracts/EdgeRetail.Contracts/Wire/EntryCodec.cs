using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using Google.Protobuf;
using Google.Protobuf.Collections;
using V1 = EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.Contracts.Wire;

/// <summary>
/// The only mapping between entries and their bytes. Encoding happens once, at commit: from then on the bytes are stored,
/// hashed and sent as they are. Decoding never throws for what the bytes hold.
/// </summary>
public static class EntryCodec
{
    static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>Serialises the entry and derives its hash and, where it claims none, its id.</summary>
    public static EncodedEntry Encode(Entry entry)
    {
        var body = ToBody(entry);
        var bytes = body.ToByteArray();
        var hash = Hash256.Of(bytes);
        return new(entry.Header.ClaimedId ?? EntryId.Derive(entry.Header.Hlc.Milliseconds, hash), bytes, hash);
    }

    /// <summary>Reads entry bytes. Business rules are <see cref="EntryRules"/>'.</summary>
    public static EntryDecoding Decode(ReadOnlyMemory<byte> bytes)
    {
        var hash = Hash256.Of(bytes.Span);
        if (bytes.Length > ProtocolLimits.EntryBytesMax)
            return Malformed(hash, "ENTRY_TOO_LARGE", $"An entry has at most {ProtocolLimits.EntryBytesMax} bytes, this has {bytes.Length}.");

        V1.EntryBody body;
        try
        {
            body = V1.EntryBody.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            return Malformed(hash, "ENTRY_MALFORMED", e.Message);
        }

        try
        {
            var header = Header(body);
            var id = header.ClaimedId ?? EntryId.Derive(header.Hlc.Milliseconds, hash);
            var agree = (int)body.PayloadCase == (int)body.Kind;
            if (header.SchemaVersion > ProtocolLimits.EntrySchemaVersion) return body.Kind == 0 ? KindMissing(hash) : new EntryDecoding.UnknownKind(id, hash, header, (int)body.Kind);
            if (body.Kind == 0 || (!agree && (body.PayloadCase != V1.EntryBody.PayloadOneofCase.None || Enum.IsDefined((EntryKind)body.Kind)))) return KindMissing(hash);
            if (!agree) return new EntryDecoding.UnknownKind(id, hash, header, (int)body.Kind);
            return new EntryDecoding.Decoded(id, hash, FromBody(body, header));
        }
        catch (FormatException e)
        {
            return Malformed(hash, "ENTRY_MALFORMED", e.Message);
        }
        catch (OverflowException)
        {
            return Malformed(hash, "ENTRY_MALFORMED", "A number of the entry is out of range.");
        }
    }

    static EntryDecoding.Malformed KindMissing(Hash256 hash) => Malformed(hash, "ENTRY_MALFORMED", "The kind and the payload of the entry do not agree.");

    static EntryDecoding.Malformed Malformed(Hash256 hash, string code, string message) => new(EntryId.OfUndecodable(hash), hash, code, message);

    static V1.EntryBody ToBody(Entry entry)
    {
        var header = entry.Header;
        var body = new V1.EntryBody
        {
            EntryId = header.ClaimedId is { } id ? ByteString.CopyFrom(id.ToByteArray()) : ByteString.Empty,
            Store = checked((uint)header.Store.Value),
            AssignmentVersion = checked((uint)header.AssignmentVersion),
            Device = checked((uint)header.Device.Value),
            Actor = header.Actor,
            Kind = (uint)entry.Kind,
            SchemaVersion = checked((uint)header.SchemaVersion),
            Hlc = (ulong)header.Hlc.Packed,
            WallMinusHlcMs = header.WallTime.ToUnixTimeMilliseconds() - header.Hlc.Milliseconds,
            BootId = header.BootId,
            MonotonicMs = checked((ulong)header.MonotonicMilliseconds),
            ClockQuality = (V1.ClockQuality)header.ClockQuality,
            BusinessDay = header.BusinessDate.DayNumber - Epoch.DayNumber,
            TimeZoneVersion = header.TimeZoneVersion,
        };

        switch (entry)
        {
            case SaleRecorded sale: body.SaleRecorded = ToWire(sale); break;
            case SaleVoided voided: body.SaleVoided = ToWire(voided); break;
            case RefundRecorded refund: body.RefundRecorded = ToWire(refund); break;
            case GoodsReceived goods: body.GoodsReceived = Filled(new V1.GoodsReceived { Reference = goods.Reference }, goods.Lines); break;
            case StockOpened opened: body.StockOpened = Filled(new V1.StockOpened(), opened.Lines); break;
            case StockAdjusted adjusted:
                body.StockAdjusted = new()
                {
                    Product = adjusted.Product.Value, DeltaThousandths = adjusted.Delta.Thousandths, Unit = ToWire(adjusted.Delta.Unit),
                    Reason = (V1.AdjustmentReason)adjusted.Reason, Note = adjusted.Note,
                };
                break;
            case StockCounted counted: body.StockCounted = ToWire(counted); break;
            case StockWasted wasted:
                body.StockWasted = new()
                {
                    Product = wasted.Product.Value, QuantityThousandths = wasted.Quantity.Thousandths, Unit = ToWire(wasted.Quantity.Unit),
                    Reason = (V1.WasteReason)wasted.Reason, Note = wasted.Note,
                };
                break;
            case CashMoved cash:
                body.CashMoved = new() { Kind = (V1.CashMovementKind)cash.Movement, Currency = cash.Amount.Currency.Code, AmountMinor = cash.Amount.MinorUnits, Note = cash.Note };
                break;
            case ProductEdited edited: body.ProductEdited = ToWire(edited); break;
            case BusinessDayClosed closed: body.BusinessDayClosed = DayWire.Write(closed); break;
            case QuarantineVoided voided: body.QuarantineVoided = new() { OriginalEntryId = ToWire(voided.Original), Reason = voided.Reason }; break;
            case QuarantineReplayed replayed: body.QuarantineReplayed = new() { OriginalEntryId = ToWire(replayed.Original), Reason = replayed.Reason }; break;
            case QuarantineCorrected corrected:
                body.QuarantineCorrected = new() { OriginalEntryId = ToWire(corrected.Original), Reason = corrected.Reason, Corrected = ByteString.CopyFrom(corrected.Corrected.Span) };
                break;
            case ConflictResolved resolved: body.ConflictResolved = ToWire(resolved); break;
            default: throw new ArgumentOutOfRangeException(nameof(entry), entry.Kind, "An entry kind without a payload.");
        }

        return body;
    }

    static V1.SaleRecorded ToWire(SaleRecorded sale)
    {
        var wire = new V1.SaleRecorded { Receipt = ToWire(sale.Receipt), Currency = sale.Total.Currency.Code, TotalMinor = sale.Total.MinorUnits };
        foreach (var line in sale.Lines)
        {
            wire.Lines.Add(new V1.SaleLine
            {
                Product = line.Product.Value, QuantityThousandths = line.Quantity.Thousandths, Unit = ToWire(line.Quantity.Unit),
                AmountMinor = line.Amount.MinorUnits, UnitPriceMinor = line.UnitPrice.MinorUnits, PriceVersion = checked((ulong)line.PriceVersion),
                Description = line.Description ?? "", UnknownProduct = line.UnknownProduct,
                Tax = ToWire(line.Tax), Discount = ToWire(line.Discount), Override = ToWire(line.Override), Pack = ToWire(line.Pack),
            });
        }

        AddTenders(wire.Tenders, sale.Tenders);
        return wire;
    }

    static V1.LineTax? ToWire(LineTax? tax) => tax is null ? null : new()
    {
        RateId = tax.Rate.Id, RateHundredths = checked((uint)tax.Rate.Hundredths), Inclusive = tax.Rate.Inclusive, AmountMinor = tax.Amount.MinorUnits, Rounding = (V1.TaxRounding)tax.Rate.Rounding,
    };

    static V1.LineDiscount? ToWire(LineDiscount? discount) =>
        discount is null ? null : new() { AmountMinor = discount.Amount.MinorUnits, Reason = discount.Reason, Approver = discount.Approver };

    static V1.PriceOverride? ToWire(PriceOverride? changed) =>
        changed is null ? null : new() { OldUnitPriceMinor = changed.OldUnitPrice.MinorUnits, Reason = changed.Reason, Approver = changed.Approver };

    static V1.PackSold? ToWire(PackSold? pack) => pack is null ? null : new()
    {
        Product = pack.Product.Value, QuantityThousandths = pack.Quantity.Thousandths, Unit = ToWire(pack.Quantity.Unit), ContentThousandths = pack.ContentThousandths,
    };

    static V1.RefundRecorded ToWire(RefundRecorded refund)
    {
        var wire = new V1.RefundRecorded { Receipt = ToWire(refund.Receipt), Currency = refund.Total.Currency.Code, TotalMinor = refund.Total.MinorUnits, Reason = refund.Reason };
        foreach (var line in refund.Lines)
        {
            wire.Lines.Add(new V1.RefundLine
            {
                Product = line.Product.Value, QuantityThousandths = line.Quantity.Thousandths, Unit = ToWire(line.Quantity.Unit),
                AmountMinor = line.Amount.MinorUnits, UnitPriceMinor = line.UnitPrice.MinorUnits,
                SaleEntryId = line.SaleLine is { } sold ? ByteString.CopyFrom(sold.Entry.ToByteArray()) : ByteString.Empty,
                SaleLine = checked((uint)(line.SaleLine?.LineNumber ?? 0)),
                Description = line.Description ?? "", UnknownProduct = line.UnknownProduct,
            });
        }

        AddTenders(wire.Tenders, refund.Tenders);
        return wire;
    }

    static V1.SaleVoided ToWire(SaleVoided voided)
    {
        var wire = new V1.SaleVoided
        {
            Receipt = ToWire(voided.SaleReceipt), Currency = voided.Total.Currency.Code, TotalMinor = voided.Total.MinorUnits, Reason = voided.Reason,
            SaleEntryId = ByteString.CopyFrom(voided.Sale.ToByteArray()), Approver = voided.Approver,
        };
        foreach (var line in voided.Lines)
        {
            wire.Lines.Add(new V1.VoidedLine
            {
                Product = line.Product.Value, QuantityThousandths = line.Quantity.Thousandths, Unit = ToWire(line.Quantity.Unit), AmountMinor = line.Amount.MinorUnits,
            });
        }

        AddTenders(wire.Tenders, voided.Tenders);
        return wire;
    }

    static V1.ProductEdited ToWire(ProductEdited edited)
    {
        var wire = new V1.ProductEdited { Product = edited.Product.Value, Field = (V1.ProductField)edited.Field, Value = edited.Value ?? "", Removed = edited.Value is null };
        wire.BasedOn.AddRange(edited.BasedOn.Select(ToWire));
        return wire;
    }

    static V1.ConflictResolved ToWire(ConflictResolved resolved)
    {
        var wire = new V1.ConflictResolved
        {
            Product = resolved.Product.Value, Field = (V1.ProductField)resolved.Field, Value = resolved.Value ?? "", Removed = resolved.Value is null,
            ConflictId = ByteString.CopyFrom(resolved.Conflict.ToByteArray()), Reason = resolved.Reason,
        };
        wire.BasedOn.AddRange(resolved.BasedOn.Select(ToWire));
        return wire;
    }

    static ByteString ToWire(EntryId id) => ByteString.CopyFrom(id.ToByteArray());

    static V1.ReceiptNumber ToWire(ReceiptNumber receipt) => new() { DeviceCode = receipt.DeviceCode, Series = receipt.Series, Number = checked((uint)receipt.Number) };

    static V1.QuantityUnit ToWire(Unit unit) => (V1.QuantityUnit)unit;

    static void AddTenders(RepeatedField<V1.Tender> wire, IEnumerable<Tender> tenders)
    {
        foreach (var tender in tenders) wire.Add(new V1.Tender { Kind = (V1.TenderKind)tender.Kind, AmountMinor = tender.Amount.MinorUnits });
    }

    static V1.GoodsReceived Filled(V1.GoodsReceived wire, IEnumerable<StockLine> lines)
    {
        wire.Lines.AddRange(lines.Select(ToWire));
        return wire;
    }

    static V1.StockOpened Filled(V1.StockOpened wire, IEnumerable<StockLine> lines)
    {
        wire.Lines.AddRange(lines.Select(ToWire));
        return wire;
    }

    static V1.StockCounted ToWire(StockCounted counted)
    {
        var wire = new V1.StockCounted { SheetId = counted.Sheet is { } sheet ? ByteString.CopyFrom(sheet.ToByteArray()) : ByteString.Empty };
        wire.Lines.AddRange(counted.Lines.Select(ToWire));
        return wire;
    }

    static V1.StockLine ToWire(StockLine line) => new() { Product = line.Product.Value, QuantityThousandths = line.Quantity.Thousandths, Unit = ToWire(line.Quantity.Unit) };

    static EntryHeader Header(V1.EntryBody body)
    {
        var hlc = new HybridTimestamp((long)body.Hlc);
        return new(
            new(checked((int)body.Store)),
            checked((int)body.AssignmentVersion),
            new(checked((int)body.Device)),
            body.Actor,
            hlc,
            Time(checked(hlc.Milliseconds + body.WallMinusHlcMs)),
            body.BootId,
            checked((long)body.MonotonicMs),
            (ClockQuality)body.ClockQuality,
            Day(body.BusinessDay),
            body.TimeZoneVersion,
            body.EntryId.Length switch
            {
                0 => null,
                16 => EntryId.Read(body.EntryId.Span),
                var length => throw new FormatException($"An entry id has 16 bytes, not {length}."),
            },
            checked((int)body.SchemaVersion));
    }

    static DateTimeOffset Time(long milliseconds) =>
        milliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw new FormatException("The wall time of the entry is out of range.");

    static DateOnly Day(int businessDay) =>
        businessDay >= DateOnly.MinValue.DayNumber - Epoch.DayNumber && businessDay <= DateOnly.MaxValue.DayNumber - Epoch.DayNumber
            ? Epoch.AddDays(businessDay)
            : throw new FormatException("The business day of the entry is out of range.");

    static Entry FromBody(V1.EntryBody body, EntryHeader header) => body.PayloadCase switch
    {
        V1.EntryBody.PayloadOneofCase.SaleRecorded => FromWire(body.SaleRecorded, header),
        V1.EntryBody.PayloadOneofCase.SaleVoided => FromWire(body.SaleVoided, header),
        V1.EntryBody.PayloadOneofCase.RefundRecorded => FromWire(body.RefundRecorded, header),
        V1.EntryBody.PayloadOneofCase.GoodsReceived => new GoodsReceived(header, body.GoodsReceived.Reference, Lines(body.GoodsReceived.Lines)),
        V1.EntryBody.PayloadOneofCase.StockOpened => new StockOpened(header, Lines(body.StockOpened.Lines)),
        V1.EntryBody.PayloadOneofCase.StockAdjusted => new StockAdjusted(
            header,
            ProductCode.Parse(body.StockAdjusted.Product),
            new(body.StockAdjusted.DeltaThousandths, (Unit)body.StockAdjusted.Unit),
            (AdjustmentReason)body.StockAdjusted.Reason,
            body.StockAdjusted.Note),
        V1.EntryBody.PayloadOneofCase.StockCounted => FromWire(body.StockCounted, header),
        V1.EntryBody.PayloadOneofCase.StockWasted => new StockWasted(
            header,
            ProductCode.Parse(body.StockWasted.Product),
            new(body.StockWasted.QuantityThousandths, (Unit)body.StockWasted.Unit),
            (WasteReason)body.StockWasted.Reason,
            body.StockWasted.Note),
        V1.EntryBody.PayloadOneofCase.CashMoved => new CashMoved(
            header, (CashMovementKind)body.CashMoved.Kind, new(body.CashMoved.AmountMinor, Currency.Parse(body.CashMoved.Currency)), body.CashMoved.Note),
        V1.EntryBody.PayloadOneofCase.BusinessDayClosed => DayWire.Read(body.BusinessDayClosed, header),
        V1.EntryBody.PayloadOneofCase.QuarantineVoided => new QuarantineVoided(header, Original(body.QuarantineVoided.OriginalEntryId), body.QuarantineVoided.Reason),
        V1.EntryBody.PayloadOneofCase.QuarantineReplayed => new QuarantineReplayed(header, Original(body.QuarantineReplayed.OriginalEntryId), body.QuarantineReplayed.Reason),
        V1.EntryBody.PayloadOneofCase.QuarantineCorrected => new QuarantineCorrected(
            header, Original(body.QuarantineCorrected.OriginalEntryId), body.QuarantineCorrected.Corrected.Memory, body.QuarantineCorrected.Reason),
        V1.EntryBody.PayloadOneofCase.ProductEdited => FromWire(body.ProductEdited, header),
        V1.EntryBody.PayloadOneofCase.ConflictResolved => FromWire(body.ConflictResolved, header),
        var payload => throw new FormatException($"Payload {payload} has no record."),
    };

    static EntryId Original(ByteString id) => id.Length == 16 ? EntryId.Read(id.Span) : throw new FormatException($"The id of the original entry has 16 bytes, not {id.Length}.");

    static SaleRecorded FromWire(V1.SaleRecorded sale, EntryHeader header)
    {
        var currency = Currency.Parse(sale.Currency);
        var lines = new SaleLine[sale.Lines.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var line = sale.Lines[i];
            lines[i] = new(
                ProductCode.Parse(line.Product), new(line.QuantityThousandths, (Unit)line.Unit), new(line.AmountMinor, currency), new(line.UnitPriceMinor, currency),
                checked((long)line.PriceVersion), line.Description.Length == 0 ? null : line.Description, line.UnknownProduct)
            {
                Tax = line.Tax is { } tax
                    ? new(new(tax.RateId, checked((int)tax.RateHundredths), tax.Inclusive, (TaxRounding)tax.Rounding), new(tax.AmountMinor, currency))
                    : null,
                Discount = line.Discount is { } discount ? new(new(discount.AmountMinor, currency), discount.Reason, discount.Approver) : null,
                Override = line.Override is { } changed ? new(new(changed.OldUnitPriceMinor, currency), changed.Reason, changed.Approver) : null,
                Pack = line.Pack is { } pack
                    ? new(ProductCode.Parse(pack.Product), new(pack.QuantityThousandths, (Unit)pack.Unit), pack.ContentThousandths)
                    : null,
            };
        }

        return new(header, FromWire(sale.Receipt), lines, new(sale.TotalMinor, currency), Tenders(sale.Tenders, currency));
    }

    static RefundRecorded FromWire(V1.RefundRecorded refund, EntryHeader header)
    {
        var currency = Currency.Parse(refund.Currency);
        var lines = new RefundLine[refund.Lines.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var line = refund.Lines[i];
            lines[i] = new(
                ProductCode.Parse(line.Product), new(line.QuantityThousandths, (Unit)line.Unit), new(line.AmountMinor, currency), new(line.UnitPriceMinor, currency),
                line.SaleEntryId.Length switch
                {
                    0 => null,
                    16 => new(EntryId.Read(line.SaleEntryId.Span), checked((int)line.SaleLine)),
                    var length => throw new FormatException($"The sold line's entry id has 16 bytes, not {length}."),
                },
                line.Description.Length == 0 ? null : line.Description, line.UnknownProduct);
        }

        return new(header, FromWire(refund.Receipt), lines, new(refund.TotalMinor, currency), Tenders(refund.Tenders, currency), refund.Reason);
    }

    static StockCounted FromWire(V1.StockCounted counted, EntryHeader header) => new(
        header,
        counted.SheetId.Length switch
        {
            0 => null,
            16 => CountSheetId.Read(counted.SheetId.Span),
            var length => throw new FormatException($"A count sheet's id has 16 bytes, not {length}."),
        },
        Lines(counted.Lines));

    static SaleVoided FromWire(V1.SaleVoided voided, EntryHeader header)
    {
        var currency = Currency.Parse(voided.Currency);
        if (voided.SaleEntryId.Length != 16) throw new FormatException($"The voided sale's entry id has 16 bytes, not {voided.SaleEntryId.Length}.");
        return new(
            header, EntryId.Read(voided.SaleEntryId.Span), FromWire(voided.Receipt),
            [.. voided.Lines.Select(line => new VoidedLine(ProductCode.Parse(line.Product), new(line.QuantityThousandths, (Unit)line.Unit), new(line.AmountMinor, currency)))],
            new(voided.TotalMinor, currency), Tenders(voided.Tenders, currency), voided.Reason, voided.Approver);
    }

    static ProductEdited FromWire(V1.ProductEdited edited, EntryHeader header) => new(
        header, ProductCode.Parse(edited.Product), (ProductField)edited.Field, Value(edited.Value, edited.Removed), Bases(edited.BasedOn));

    static ConflictResolved FromWire(V1.ConflictResolved resolved, EntryHeader header) => new(
        header, resolved.ConflictId.Length == 16 ? ConflictId.Read(resolved.ConflictId.Span) : throw new FormatException($"A conflict's id has 16 bytes, not {resolved.ConflictId.Length}."),
        ProductCode.Parse(resolved.Product), (ProductField)resolved.Field, Value(resolved.Value, resolved.Removed), Bases(resolved.BasedOn), resolved.Reason);

    static string? Value(string value, bool removed) =>
        !removed ? value : value.Length == 0 ? null : throw new FormatException("An edit that takes a value away gives none.");

    static EntryId[] Bases(RepeatedField<ByteString> wire)
    {
        var bases = new EntryId[wire.Count];
        for (var i = 0; i < bases.Length; i++) bases[i] = wire[i].Length == 16 ? EntryId.Read(wire[i].Span) : throw new FormatException($"The id of a change has 16 bytes, not {wire[i].Length}.");
        return bases;
    }

    static ReceiptNumber FromWire(V1.ReceiptNumber? receipt) =>
        receipt is null ? throw new FormatException("The entry has no receipt number.") : new(receipt.DeviceCode, receipt.Series, checked((int)receipt.Number));

    static Tender[] Tenders(RepeatedField<V1.Tender> wire, Currency currency)
    {
        var tenders = new Tender[wire.Count];
        for (var i = 0; i < tenders.Length; i++) tenders[i] = new((TenderKind)wire[i].Kind, new(wire[i].AmountMinor, currency));
        return tenders;
    }

    static StockLine[] Lines(RepeatedField<V1.StockLine> wire)
    {
        var lines = new StockLine[wire.Count];
        for (var i = 0; i < lines.Length; i++) lines[i] = new(ProductCode.Parse(wire[i].Product), new(wire[i].QuantityThousandths, (Unit)wire[i].Unit));
        return lines;
    }
}
