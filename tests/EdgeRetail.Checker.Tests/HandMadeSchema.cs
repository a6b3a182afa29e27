using Npgsql;

namespace EdgeRetail.Checker.Tests;

/// <summary>The tables that the checker reads, as plain SQL: the product's migrations have no part in these tests.</summary>
static class HandMadeSchema
{
    public const string Cloud = """
        CREATE TABLE device(device_id int PRIMARY KEY, device_code text UNIQUE, store_id int, assignment_version int, state text, token_hash bytea, session_number bigint,
            last_used_session bigint, stream_id uuid, receipt_series int, last_effective_time bigint, created_at_ms bigint, predecessor_id int);
        CREATE TABLE device_assignment(device_id int, assignment_version int, store_id int, assigned_at_ms bigint, PRIMARY KEY(device_id, assignment_version));
        CREATE TABLE stream(stream_id uuid PRIMARY KEY, device_id int, applied_through bigint, applied_chain bytea, opened_at_ms bigint, closed_at_ms bigint, presented_stream_id uuid,
            durable_through bigint NOT NULL DEFAULT 0);
        CREATE TABLE store_stream(store_id int, stream_id uuid, incarnation_id uuid, applied_through bigint, applied_chain bytea, durable_through bigint, last_effective_time bigint, opened_at_ms bigint,
            PRIMARY KEY(store_id, stream_id));
        CREATE TABLE stream_sequence(stream_id uuid, sequence bigint, entry_id uuid, entry_hash bytea, disposition smallint, PRIMARY KEY(stream_id, sequence));
        CREATE TABLE device_status(device_id int PRIMARY KEY, session_number bigint, replica text, connected bool, last_heard_at_ms bigint, reported_at_ms bigint, last_sequence bigint,
            outbox_count bigint, outbox_oldest_ms bigint, pending_count bigint, store_cursor bigint, catalogue_cursor bigint);
        CREATE TABLE store_head(store_id int PRIMARY KEY, version bigint, hash bytea);
        CREATE TABLE store_commit(store_id int, version bigint, hash bytea, effect_count int, committed_at_ms bigint, device_id int, PRIMARY KEY(store_id, version));
        CREATE TABLE journal(store_id int, entry_id uuid, device_id int, stream_id uuid, sequence bigint, kind smallint, schema_version smallint, bytes bytea, hash bytea, received_at_ms bigint,
            received_at_version bigint, merged_at_version bigint, effective_time bigint, effective_time_source smallint, business_date date, quarantine_code text, quarantine_detail text,
            settled_by uuid, settled_at_version bigint, settlement smallint, policy_version int,
            PRIMARY KEY(store_id, entry_id));
        CREATE TABLE effect(store_id int, version bigint, ordinal smallint, entry_id uuid, product text, delta bigint, on_hand bigint, PRIMARY KEY(store_id, version, ordinal));
        CREATE TABLE stock(store_id int, product text, on_hand bigint, version bigint, PRIMARY KEY(store_id, product));
        CREATE TABLE day_close(store_id int, entry_id uuid, device_id int, version bigint, state smallint, PRIMARY KEY(store_id, entry_id));
        CREATE TABLE product_register(store_id int, product text, field smallint, entry_id uuid, value text, undecided bool, based_on uuid[], lost uuid[], waiting uuid[], rule smallint, policy_version int,
            version bigint, PRIMARY KEY(store_id, product, field));
        CREATE TABLE edit_conflict(store_id int, conflict_id uuid, product text, field smallint, first_entry_id uuid, second_entry_id uuid, winner_entry_id uuid, rule smallint, policy_version int,
            state smallint, settled_by uuid, version bigint, PRIMARY KEY(store_id, conflict_id));
        CREATE TABLE edit_policy(version int PRIMARY KEY, field smallint, rule smallint, resurrects bool, actor text, reason text, set_at_ms bigint);
        CREATE TABLE catalogue_head(singleton smallint PRIMARY KEY, version bigint, hash bytea);
        CREATE TABLE catalogue_commit(version bigint PRIMARY KEY, hash bytea, row_count int, committed_at_ms bigint);
        CREATE TABLE product(code text PRIMARY KEY, name text, brand text, size text, price_minor bigint, currency text, unit smallint, deleted bool, version bigint,
            tax_rate_id text, tax_hundredths int, tax_inclusive bool, tax_rounding smallint, pack_product text, pack_content bigint);
        """;

    public const string Ledger = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE identity(singleton INTEGER PRIMARY KEY CHECK(singleton = 1), device_id INTEGER, device_code TEXT, store_id INTEGER, assignment_version INTEGER, receipt_series TEXT,
            next_receipt_number INTEGER, hlc INTEGER, session_token BLOB, cache_drift_count INTEGER DEFAULT 0, covered_count INTEGER, stock_generation INTEGER DEFAULT 1) STRICT;
        CREATE TABLE stream(stream_id BLOB PRIMARY KEY, base_position INTEGER, is_current INTEGER, last_sequence INTEGER, last_chain BLOB, acknowledged_through INTEGER, acknowledged_chain BLOB,
            durable_through INTEGER, opened_at_ms INTEGER, opened_because TEXT NOT NULL DEFAULT 'ENROLLED') STRICT;
        CREATE TABLE chain_checkpoint(stream_id BLOB, sequence INTEGER, chain BLOB, PRIMARY KEY(stream_id, sequence)) STRICT, WITHOUT ROWID;
        CREATE TABLE retention(singleton INTEGER PRIMARY KEY, pruned_through INTEGER) STRICT;
        INSERT INTO retention VALUES(1, 0);
        CREATE TABLE salvage(salvaged_at_ms INTEGER PRIMARY KEY, folder TEXT, reason TEXT, entries INTEGER, unreadable_count INTEGER, unreadable TEXT) STRICT;
        CREATE TABLE entry(position INTEGER PRIMARY KEY, entry_id BLOB UNIQUE, store_id INTEGER, kind INTEGER, bytes BLOB, hash BLOB) STRICT;
        CREATE TABLE pending(position INTEGER, product TEXT, store_id INTEGER, adjustment INTEGER, PRIMARY KEY(position, product)) STRICT, WITHOUT ROWID;
        CREATE TABLE receipt(series TEXT, number INTEGER, position INTEGER, PRIMARY KEY(series, number)) STRICT, WITHOUT ROWID;
        CREATE TABLE former_device(device_id INTEGER PRIMARY KEY, device_code TEXT) STRICT;
        CREATE TABLE feed(feed INTEGER PRIMARY KEY, store_id INTEGER, version INTEGER, hash BLOB, applied_at_ms INTEGER) STRICT;
        CREATE TABLE cache_stock(generation INTEGER, store_id INTEGER, product TEXT, on_hand INTEGER, version INTEGER, PRIMARY KEY(generation, store_id, product)) STRICT, WITHOUT ROWID;
        CREATE TABLE cache_register(generation INTEGER, store_id INTEGER, product TEXT, field INTEGER, entry_id BLOB, value TEXT, version INTEGER, PRIMARY KEY(generation, store_id, product, field)) STRICT, WITHOUT ROWID;
        CREATE TABLE cache_product(id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT, brand TEXT, size TEXT, price_minor INTEGER, currency TEXT, unit INTEGER, version INTEGER,
            tax_rate_id TEXT, tax_hundredths INTEGER, tax_inclusive INTEGER, tax_rounding INTEGER, pack_product TEXT, pack_content INTEGER) STRICT;
        """;

    public static async Task CreateAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Cloud, connection);
        await command.ExecuteNonQueryAsync();
    }
}
