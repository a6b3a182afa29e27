using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// What the store calls its products: an own edit that the cache does not contain yet, else what the cloud merged, else the
/// catalogue. Read in one snapshot.
/// </summary>
sealed class EditReader
{
    const string PendingSql = """
        SELECT e.position, e.entry_id, e.bytes FROM entry e
        WHERE e.kind = 30 AND e.store_id = $store AND EXISTS (SELECT 1 FROM pending p WHERE p.position = e.position)
        ORDER BY e.position LIMIT $limit
        """;
    const string OwnSql = """
        SELECT e.position, e.entry_id, e.bytes, EXISTS (SELECT 1 FROM pending p WHERE p.position = e.position),
            EXISTS (SELECT 1 FROM disposition d WHERE d.position = e.position AND d.kind = $quarantined)
        FROM entry e WHERE e.kind = 30 AND e.store_id = $store ORDER BY e.position DESC LIMIT $limit
        """;

    readonly Connection snapshot;
    readonly DeviceState state;
    readonly Dictionary<(ProductCode, ProductField), ProductEdit> pending = [];

    public EditReader(Connection snapshot, DeviceState state)
    {
        (this.snapshot, this.state) = (snapshot, state);
        if (state.PendingCount == 0) return;
        using var rows = snapshot.Prepare(PendingSql);
        rows.Bind("$store", state.Identity.Store.Value).Bind("$limit", long.MaxValue);
        while (rows.Step())
        {
            // The latest stands.
            if (Decode(rows.Blob(2).ToArray()) is var (_, edit)) pending[(edit.Product, edit.Field)] = edit;
        }
    }

    /// <summary>The product as the store calls it.</summary>
    public CachedProduct Of(CachedProduct product)
    {
        var rows = RegisterTable.Of(snapshot, state.StockGeneration, state.Identity.Store, product.Code);
        if (rows.Count == 0 && pending.Count == 0) return product;
        return product with
        {
            Name = Value(product, rows, ProductField.Name) ?? product.Name,
            Brand = Value(product, rows, ProductField.Brand) ?? product.Brand,
            Size = Value(product, rows, ProductField.Size) ?? product.Size,
        };
    }

    /// <summary>The edits of this device, the latest first, with what became of each.</summary>
    public IReadOnlyList<OwnEdit> Own(int limit)
    {
        var own = new List<OwnEdit>();
        using var rows = snapshot.Prepare(OwnSql);
        rows.Bind("$store", state.Identity.Store.Value).Bind("$quarantined", (int)DispositionKind.Quarantined).Bind("$limit", limit);
        while (rows.Step())
        {
            if (Decode(rows.Blob(2).ToArray()) is not var (header, edit)) continue;
            var id = EntryId.Read(rows.Blob(1));
            var register = Find(edit.Product, edit.Field);
            var outcome = rows.Int32(3) == 1 ? EditOutcome.Pending : rows.Int32(4) == 1 ? EditOutcome.Quarantined : OutcomeOf(id, register);
            own.Add(new(
                rows.Int64(0), id, LedgerStore.RecordedAt(id), header.Actor, edit.Product, edit.Field, edit.Value, outcome,
                pending.TryGetValue((edit.Product, edit.Field), out var last) ? last.Value : register?.Value, register?.Actor ?? "", register?.Entry is null ? null : register.Device));
        }

        return own;
    }

    /// <summary>What the cloud last said of a field of a product; null where nobody edited it.</summary>
    public RegisterRow? Find(ProductCode product, ProductField field) =>
        RegisterTable.Of(snapshot, state.StockGeneration, state.Identity.Store, product).FirstOrDefault(row => row.Field == field);

    string? Value(CachedProduct product, IReadOnlyList<RegisterRow> rows, ProductField field) =>
        pending.TryGetValue((product.Code, field), out var edit) ? edit.Value : rows.FirstOrDefault(row => row.Field == field)?.Value;

    // A register that changed again since is further on in the feed: until it comes the edit is on its way.
    static EditOutcome OutcomeOf(EntryId id, RegisterRow? register) =>
        register is null ? EditOutcome.Pending
        : register.Entry == id ? EditOutcome.Won
        : register.Waiting.Contains(id) ? EditOutcome.Waiting
        : !register.Lost.Contains(id) ? EditOutcome.Superseded
        : register.Undecided ? EditOutcome.Undecided : EditOutcome.Lost;

    static (EntryHeader Header, ProductEdit Edit)? Decode(byte[] bytes) =>
        EntryCodec.Decode(bytes) is EntryDecoding.Decoded { Entry: var entry } && ProductEdit.Of(entry) is { } edit ? (entry.Header, edit) : null;
}
