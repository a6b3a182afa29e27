using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;
using EdgeRetail.Demo.Sales;

namespace EdgeRetail.Demo.Outcome;

/// <summary>The receipts of the file beside what PostgreSQL's journal says of them, by the bytes of the confirmed entries.</summary>
sealed record ReceiptComparison(int Compared, int Equal, long QuantityInFile, long QuantityInPostgres, long ValueInFile, long ValueInPostgres, IReadOnlyList<string> Differences)
{
    const int DifferencesKept = 10;

    public static async Task<ReceiptComparison> MakeAsync(SalesFile file, IReadOnlyDictionary<Guid, FileReceipt> confirmed, string connectionString, CancellationToken cancellationToken)
    {
        var inJournal = new Dictionary<FileReceipt, (long Quantity, long Value)>(ReferenceEqualityComparer.Instance);
        await foreach (var entry in JournalReader.ReadAsync(connectionString, cancellationToken))
        {
            if (!confirmed.TryGetValue(entry.EntryId, out var receipt) || !entry.Reads || entry.IsQuarantined) continue;
            var (quantity, value) = Sums(entry.Body);
            var before = inJournal.GetValueOrDefault(receipt);
            inJournal[receipt] = (before.Quantity + quantity, before.Value + value);
        }

        return Compare(file, inJournal);
    }

    public static ReceiptComparison Compare(SalesFile file, IReadOnlyDictionary<FileReceipt, (long Quantity, long Value)> inJournal)
    {
        var (compared, equal, differences) = (0, 0, new List<string>());
        var (quantityInFile, valueInFile) = (0L, 0L);
        foreach (var receipt in file.Receipts.Where(receipt => receipt.Lines.Count > 0))
        {
            var expected = (receipt.QuantityThousandths, receipt.ValueMinor);
            var found = inJournal.GetValueOrDefault(receipt);
            quantityInFile += expected.QuantityThousandths;
            valueInFile += expected.ValueMinor;
            compared++;
            if (inJournal.ContainsKey(receipt) && found == expected) equal++;
            else if (differences.Count < DifferencesKept) differences.Add($"receipt {receipt.Number}: the file has {Words(expected, file.Mapping)}, PostgreSQL {(inJournal.ContainsKey(receipt) ? Words(found, file.Mapping) : "nothing")}");
        }

        return new(compared, equal, quantityInFile, inJournal.Values.Sum(sums => sums.Quantity), valueInFile, inJournal.Values.Sum(sums => sums.Value), differences);
    }

    /// <summary>What an entry adds to its receipt, with the file's signs: what left the shop counts up.</summary>
    static (long Quantity, long Value) Sums(EntryBody entry)
    {
        var quantity = entry.Lines.Sum(line => line.QuantityThousandths);
        var value = entry.Lines.Sum(line => line.AmountMinor);
        return entry.Kind switch
        {
            EntryKinds.SaleRecorded => (quantity, value),
            EntryKinds.RefundRecorded or EntryKinds.SaleVoided => (-quantity, -value),
            // The file's negative quantity is the change of the shelf itself.
            EntryKinds.StockAdjusted => (quantity, 0),
            _ => (0, 0),
        };
    }

    static string Words((long Quantity, long Value) sums, SalesMapping mapping) => $"{sums.Quantity / 1000m:0.###} pieces for {sums.Value / mapping.MinorPerMajor:0.00} {mapping.Currency}";
}
