using System.Globalization;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// Which states that a person should look at begin and end with entries that were just merged. Pure. What stands open in the
/// end is the same for every order in which the same entries arrive; when it began and what closed it is as they arrived.
/// </summary>
public static class ExceptionRules
{
    /// <summary>The sales whose lines and returns have to be known to judge the entries.</summary>
    public static HashSet<EntryId> SalesToKnow(MergedEntries merged, ExceptionStanding standing)
    {
        var sales = new HashSet<EntryId>();
        foreach (var row in merged.Journal)
        {
            if (row.Quarantine is not null) continue;
            if (row.Entry.Content is RefundRecorded or SaleVoided) sales.UnionWith(ReturnedLine.Of(row.Entry.Content, row.Id).Select(line => line.Sale));
            else if (standing.WaitedFor.Contains(row.Id)) sales.Add(row.Id);
        }

        return sales;
    }

    /// <summary>
    /// The receipt numbers that may have been printed before. A device numbers upwards in one series after another, so
    /// whatever continues the last one is new, and nobody has to look.
    /// </summary>
    public static HashSet<ReceiptNumber> ReceiptsToKnow(MergedEntries merged, ExceptionStanding standing)
    {
        var doubtful = new HashSet<ReceiptNumber>();
        var last = standing.LastReceipt;
        foreach (var row in merged.Journal)
        {
            if (row.Quarantine is null && ReceiptOf(row.Entry.Content) is { } receipt && !Continues(ref last, receipt, standing.DeviceCode)) doubtful.Add(receipt);
        }

        return doubtful;
    }

    /// <summary>What the entries' effects on on hand begin and end: the way from zero or above to below, and back.</summary>
    public static (List<ClosedException> Closed, List<RaisedException> Raised) OfEffects(IEnumerable<StockEffect> effects)
    {
        var changes = new Changes();
        AddEffects(effects, changes);
        return (changes.Closed, changes.Raised);
    }

    public static JudgedExceptions Judge(MergedEntries merged, DeviceId device, long receivedAtMs, ExceptionStanding standing)
    {
        var changes = new Changes();
        changes.IsOpen(standing.WaitedFor.Select(sale => (ExceptionCode.RefundBeforeSale, sale.ToString())));
        AddEffects(merged.Effects, changes);

        var last = standing.LastReceipt;
        var doubtful = standing.ClockDoubtful;
        var receipts = new Dictionary<ReceiptNumber, EntryId>(standing.Receipts);
        var returned = new List<ReturnedLine>();
        foreach (var row in merged.Journal)
        {
            if (row.Quarantine is not null || row.Entry.Content is not { } entry) continue;
            AddUnknownProducts(row, entry, changes);
            AddClock(row, entry, device, receivedAtMs, ref doubtful, changes);
            if (ReceiptOf(entry) is { } receipt)
            {
                if (receipts.TryGetValue(receipt, out var other) && other != row.Id) changes.Raise(ExceptionCode.ReceiptRepeated, receipt.ToString(), row, $"{receipt} stands on {other} and on {row.Id}.");
                receipts.TryAdd(receipt, row.Id);
                Continues(ref last, receipt, standing.DeviceCode);
            }

            returned.AddRange(ReturnedLine.Of(entry, row.Id));
        }

        AddReturns(merged, standing, returned, changes);
        return new(changes.Closed, changes.Raised, returned, last);
    }

    static void AddEffects(IEnumerable<StockEffect> effects, Changes changes)
    {
        foreach (var effect in effects)
        {
            if (effect is not { Product: { } product, OnHand: { } onHand }) continue;
            var before = onHand - effect.Delta;
            if (before >= 0 && onHand < 0) changes.Raise(ExceptionCode.BelowZero, product.Value, effect.Entry, effect.Version, $"On hand went from {Quantity(before)} to {Quantity(onHand)}.");
            else if (before < 0 && onHand >= 0) changes.Close(ExceptionCode.BelowZero, product.Value, new(effect.Entry, effect.Version));
        }
    }

    static void AddUnknownProducts(JournalEntry row, Entry entry, Changes changes)
    {
        IEnumerable<(ProductCode Product, string? Description)> unknown = entry switch
        {
            SaleRecorded sale => sale.Lines.Where(line => line.UnknownProduct).Select(line => (line.Product, line.Description)),
            RefundRecorded refund => refund.Lines.Where(line => line.UnknownProduct).Select(line => (line.Product, line.Description)),
            _ => [],
        };
        foreach (var (product, description) in unknown)
            changes.Raise(ExceptionCode.UnknownProduct, product.Value, row, string.IsNullOrEmpty(description) ? "The device did not know this code." : $"The device did not know this code; staff typed \"{description}\".");
    }

    static void AddClock(JournalEntry row, Entry entry, DeviceId device, long receivedAtMs, ref bool doubtful, Changes changes)
    {
        var ahead = EffectiveTime.IsClockAhead(entry.Header.Hlc, receivedAtMs);
        var isDoubtful = row.EffectiveTime.Source != EffectiveTimeSource.Corrected && (ahead || entry.Header.ClockQuality == ClockQuality.Untrusted);
        if (isDoubtful == doubtful) return;
        doubtful = isDoubtful;
        var subject = device.Value.ToString(CultureInfo.InvariantCulture);
        if (!isDoubtful) changes.Close(ExceptionCode.ClockDoubtful, subject, new(row.Id, row.Version));
        else changes.Raise(ExceptionCode.ClockDoubtful, subject, row, ahead ? $"Its clock was {(entry.Header.Hlc.Milliseconds - receivedAtMs) / 1000} s ahead of the receipt." : "It had started without knowing the time, and nothing is agreed about its clock.");
    }

    static void AddReturns(MergedEntries merged, ExceptionStanding standing, List<ReturnedLine> returned, Changes changes)
    {
        if (returned.Count == 0 && standing.WaitedFor.Count == 0) return;
        var rows = merged.Journal.Where(row => row.Quarantine is null).ToDictionary(row => row.Id);
        var sold = new Dictionary<EntryId, IReadOnlyList<long>>(standing.Sold);
        var arrived = new List<(long Version, EntryId Sale)>();
        foreach (var row in rows.Values)
        {
            if (row.Entry.Content is SaleRecorded sale && (standing.WaitedFor.Contains(row.Id) || returned.Exists(line => line.Sale == row.Id)))
            {
                sold[row.Id] = [.. sale.Lines.Select(line => line.Quantity.Thousandths)];
                arrived.Add((row.Version, row.Id));
            }
        }

        var sums = new Dictionary<(EntryId Sale, int Line), Int128>();
        foreach (var line in standing.Returned) sums[(line.Sale, line.LineNumber)] = sums.GetValueOrDefault((line.Sale, line.LineNumber)) + line.QuantityThousandths;

        // In the order of the versions, so that a sale behind its refund in one commit closes what the refund raised.
        var steps = returned.Select(line => (rows[line.Entry].Version, line.Sale, Line: (ReturnedLine?)line)).Concat(arrived.Select(each => (each.Version, each.Sale, Line: (ReturnedLine?)null))).OrderBy(step => step.Version).ToList();
        var later = arrived.ToDictionary(each => each.Sale, each => each.Version);
        foreach (var (version, sale, line) in steps)
        {
            var isKnown = sold.TryGetValue(sale, out var quantities) && (!later.TryGetValue(sale, out var arrives) || arrives <= version);
            if (line is null)
            {
                changes.Close(ExceptionCode.RefundBeforeSale, sale.ToString(), new(sale, version));
                foreach (var number in sums.Keys.Where(key => key.Sale == sale).Select(key => key.Line).Order().ToList()) JudgeLine(number, rows[sale]);
                continue;
            }

            var key = (sale, line.LineNumber);
            sums[key] = sums.GetValueOrDefault(key) + line.QuantityThousandths;
            var row = rows[line.Entry];
            if (isKnown) JudgeLine(line.LineNumber, row);
            else changes.Raise(ExceptionCode.RefundBeforeSale, sale.ToString(), row, $"{row.Id} brings back lines of {sale}, which has not arrived.");

            void JudgeLine(int number, JournalEntry cause)
            {
                var quantity = number >= 1 && number <= quantities!.Count ? quantities[number - 1] : 0;
                var back = sums[(sale, number)];
                if (back > quantity) changes.Raise(ExceptionCode.RefundExceedsSale, $"{sale}/{number}", cause, $"Line {number} of {sale} sold {Quantity(quantity)}, and {Quantity(back)} came back.");
            }
        }
    }

    /// <summary>The receipt number that the entry itself has; a void names the sale's.</summary>
    public static ReceiptNumber? ReceiptOf(Entry? entry) => entry switch
    {
        SaleRecorded sale => sale.Receipt,
        RefundRecorded refund => refund.Receipt,
        _ => null,
    };

    /// <summary>Whether the receipt is the device's own and above the last of its series; then it is the last.</summary>
    static bool Continues(ref ReceiptNumber? last, ReceiptNumber receipt, string deviceCode)
    {
        if (receipt.DeviceCode != deviceCode) return false;
        var continues = last is not null && last.DeviceCode == receipt.DeviceCode && last.Series == receipt.Series && receipt.Number > last.Number;
        if (continues || last is null || last.DeviceCode != receipt.DeviceCode || last.Series != receipt.Series) last = receipt;
        return continues;
    }

    static string Quantity(Int128 thousandths) => ((decimal)thousandths / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>What begins and ends in the order of the entries, so that what ends within them is never shown as open.</summary>
    sealed class Changes
    {
        readonly Dictionary<(string Code, string Subject), RaisedException> open = [];
        readonly HashSet<(string Code, string Subject)> openBefore = [];

        public List<ClosedException> Closed { get; } = [];

        public List<RaisedException> Raised { get; } = [];

        public void IsOpen(IEnumerable<(string Code, string Subject)> exceptions) => openBefore.UnionWith(exceptions);

        public void Raise(string code, string subject, JournalEntry row, string detail) => Raise(code, subject, row.Id, row.Version, detail);

        public void Raise(string code, string subject, EntryId entry, long version, string detail)
        {
            if (openBefore.Contains((code, subject)) || open.ContainsKey((code, subject))) return;
            var raised = new RaisedException(code, subject, entry, version, detail.Length <= ProtocolLimits.TextCharactersMax ? detail : detail[..ProtocolLimits.TextCharactersMax]);
            open.Add((code, subject), raised);
            Raised.Add(raised);
        }

        public void Close(string code, string subject, ExceptionClosing closing)
        {
            openBefore.Remove((code, subject));
            if (open.Remove((code, subject), out var raised)) raised.Closing = closing;
            else Closed.Add(new(code, subject, closing));
        }
    }
}
