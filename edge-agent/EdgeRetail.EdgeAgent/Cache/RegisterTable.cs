using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The registers of the store in the cache, in generations as its stock.</summary>
static class RegisterTable
{
    const int IdLength = 16;

    const string SaveSql = """
        INSERT INTO cache_register (generation, store_id, product, field, entry_id, value, version, based_on, lost, waiting, undecided, actor, device_id)
        VALUES ($generation, $store, $product, $field, $entry, $value, $version, $basedOn, $lost, $waiting, $undecided, $actor, $device)
        ON CONFLICT (generation, store_id, product, field) DO UPDATE SET entry_id = excluded.entry_id, value = excluded.value, version = excluded.version, based_on = excluded.based_on,
            lost = excluded.lost, waiting = excluded.waiting, undecided = excluded.undecided, actor = excluded.actor, device_id = excluded.device_id
        WHERE excluded.version > version
        """;
    const string ReadSql = """
        SELECT field, entry_id, value, version, based_on, lost, waiting, undecided, actor, device_id FROM cache_register
        WHERE generation = $generation AND store_id = $store AND product = $product ORDER BY field LIMIT 100
        """;
    const string DropOthersSql = "DELETE FROM cache_register WHERE generation <> $generation";

    /// <summary>Rows that are newer than what is there.</summary>
    public static void Save(WriteTransaction tx, int generation, StoreId store, IEnumerable<RegisterRow> rows)
    {
        foreach (var row in rows)
        {
            using var save = tx.Prepare(SaveSql);
            save.Bind("$generation", generation).Bind("$store", store.Value).Bind("$product", row.Product.Value).Bind("$field", (int)row.Field)
                .Bind("$entry", row.Entry?.ToByteArray() ?? []).Bind("$value", row.Value).Bind("$version", row.Version)
                .Bind("$basedOn", Joined(row.BasedOn)).Bind("$lost", Joined(row.Lost)).Bind("$waiting", Joined(row.Waiting)).Bind("$undecided", row.Undecided ? 1 : 0)
                .Bind("$actor", row.Actor).Bind("$device", row.Device.Value).Run();
        }
    }

    /// <summary>Takes away what is of other generations.</summary>
    public static void DropOthers(WriteTransaction tx, int generation)
    {
        using var drop = tx.Prepare(DropOthersSql);
        drop.Bind("$generation", generation).Run();
    }

    public static IReadOnlyList<RegisterRow> Of(Connection snapshot, int generation, StoreId store, ProductCode product)
    {
        var rows = new List<RegisterRow>();
        using var row = snapshot.Prepare(ReadSql);
        row.Bind("$generation", generation).Bind("$store", store.Value).Bind("$product", product.Value);
        while (row.Step())
        {
            rows.Add(new(
                product, (ProductField)row.Int32(0), row.Blob(1).Length == 0 ? null : EntryId.Read(row.Blob(1)), row.NullableText(2), row.Int64(3), Split(row.Blob(4)), Split(row.Blob(5)), Split(row.Blob(6)),
                row.Int32(7) == 1, row.Text(8), new(row.Int32(9))));
        }

        return rows;
    }

    static byte[] Joined(IEnumerable<EntryId> ids) => [.. ids.SelectMany(id => id.ToByteArray())];

    static EntryId[] Split(ReadOnlySpan<byte> bytes)
    {
        var ids = new EntryId[bytes.Length / IdLength];
        for (var i = 0; i < ids.Length; i++) ids[i] = EntryId.Read(bytes.Slice(i * IdLength, IdLength));
        return ids;
    }
}
