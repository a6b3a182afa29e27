using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Npgsql;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>Registers of a store as they travel to devices.</summary>
static class RegisterRows
{
    public const string Columns = "r.product, r.field, r.entry_id, r.value, r.version, r.based_on, r.lost, r.undecided, r.waiting, j.bytes, j.device_id";

    public const string From = "FROM product_register r LEFT JOIN journal j ON j.store_id = r.store_id AND j.entry_id = r.entry_id";

    public static async Task AddAsync(NpgsqlDataReader reader, RepeatedField<ProductRegister> rows)
    {
        while (await reader.ReadAsync())
        {
            var row = new ProductRegister
            {
                Product = reader.GetString(0), Field = (Contracts.Sync.V1.ProductField)reader.GetInt16(1), Version = (ulong)reader.GetInt64(4), Undecided = reader.GetBoolean(7),
            };
            Add(row.BasedOn, reader, 5);
            Add(row.Lost, reader, 6);
            Add(row.Waiting, reader, 8);
            if (!await reader.IsDBNullAsync(2))
            {
                row.EntryId = Bytes(reader.GetGuid(2));
                row.Removed = await reader.IsDBNullAsync(3);
                row.Value = row.Removed ? "" : reader.GetString(3);
                row.Device = (uint)reader.GetInt32(10);
                if (EntryCodec.Decode(reader.GetFieldValue<byte[]>(9)) is EntryDecoding.Decoded { Entry: var entry }) row.Actor = entry.Header.Actor;
            }

            rows.Add(row);
        }
    }

    static void Add(RepeatedField<ByteString> ids, NpgsqlDataReader reader, int column) => ids.AddRange(reader.GetFieldValue<Guid[]>(column).Select(Bytes));

    static ByteString Bytes(Guid id) => UnsafeByteOperations.UnsafeWrap(new EntryId(id).ToByteArray());
}
