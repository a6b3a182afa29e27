using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>Adds up the entries after a sequence.</summary>
static class EntriesAtRiskReader
{
    const string ReadSql = "SELECT entry_id, kind, bytes FROM entry WHERE position > $after ORDER BY position LIMIT $limit";

    public static EntriesAtRisk Read(Connection snapshot, DeviceState state, long afterSequence)
    {
        var byKind = new SortedDictionary<EntryKind, long>();
        var (count, taken) = (0L, 0L);
        (ReceiptNumber? First, ReceiptNumber? Last) receipts = default;
        (DateTimeOffset? Oldest, DateTimeOffset? Newest) recorded = default;
        using var rows = snapshot.Prepare(ReadSql);
        rows.Bind("$after", state.BasePosition + afterSequence).Bind("$limit", long.MaxValue);
        while (rows.Step())
        {
            count++;
            var kind = (EntryKind)rows.Int32(1);
            byKind[kind] = byKind.GetValueOrDefault(kind) + 1;
            var at = LedgerStore.RecordedAt(EntryId.Read(rows.Blob(0)));
            recorded = (recorded.Oldest ?? at, at);
            var (receipt, total) = (EntryCodec.Decode(rows.Blob(2).ToArray()) as EntryDecoding.Decoded)?.Entry switch
            {
                SaleRecorded sale => (sale.Receipt, sale.Total.MinorUnits),
                RefundRecorded refund => (refund.Receipt, -refund.Total.MinorUnits),
                SaleVoided voided => (null, -voided.Total.MinorUnits),
                _ => (null, 0),
            };
            taken += total;
            if (receipt is not null) receipts = (receipts.First ?? receipt, receipt);
        }

        return new(count, byKind, receipts.First, receipts.Last, new(taken, state.Identity.Currency), recorded.Oldest, recorded.Newest);
    }
}
