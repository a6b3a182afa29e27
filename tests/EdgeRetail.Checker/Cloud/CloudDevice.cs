namespace EdgeRetail.Checker.Cloud;

/// <summary>A row of <c>device</c>, and what it last reported.</summary>
sealed record CloudDevice(int Id, string Code, int StoreId, string State, long SessionNumber, Guid? Stream, long LastEffectiveTime, CloudDeviceStatus? Status, int? Predecessor)
{
    public const string Sql = """
        SELECT d.device_id, d.device_code, d.store_id, d.state, d.session_number, d.stream_id, d.last_effective_time,
               s.session_number, s.connected, s.reported_at_ms, s.last_heard_at_ms, s.last_sequence, s.outbox_count, s.pending_count, s.store_cursor, s.catalogue_cursor,
               d.predecessor_id
        FROM device d LEFT JOIN device_status s ON s.device_id = d.device_id ORDER BY d.device_id
        """;

    public static CloudDevice Read(Npgsql.NpgsqlDataReader reader) => new(
        reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3), Number(reader, 4) ?? 0, reader.IsDBNull(5) ? null : reader.GetGuid(5), Number(reader, 6) ?? 0,
        reader.IsDBNull(7)
            ? null
            : new(reader.GetInt64(7), !reader.IsDBNull(8) && reader.GetBoolean(8), Number(reader, 9), Number(reader, 10), Number(reader, 11), Number(reader, 12), Number(reader, 13), Number(reader, 14), Number(reader, 15)),
        (int?)Number(reader, 16));

    static long? Number(Npgsql.NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Convert.ToInt64(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}
