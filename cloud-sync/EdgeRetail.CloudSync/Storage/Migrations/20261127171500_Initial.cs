using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace EdgeRetail.CloudSync.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "catalogue_commit",
                columns: table => new
                {
                    version = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    row_count = table.Column<int>(type: "integer", nullable: false),
                    committed_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_catalogue_commit", x => x.version);
                });

            migrationBuilder.CreateTable(
                name: "catalogue_head",
                columns: table => new
                {
                    singleton = table.Column<short>(type: "smallint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    checksum = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_catalogue_head", x => x.singleton);
                    table.CheckConstraint("ck_catalogue_head_singleton", "singleton = 1");
                });

            migrationBuilder.CreateTable(
                name: "day_close",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    closed_date = table.Column<DateOnly>(type: "date", nullable: true),
                    answer = table.Column<byte[]>(type: "bytea", nullable: true),
                    answered_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    due_at_version = table.Column<long>(type: "bigint", nullable: true),
                    answer_number = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_day_close", x => new { x.store_id, x.entry_id });
                });

            migrationBuilder.CreateTable(
                name: "day_close_receipts",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    device_code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    series = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    last_number = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_day_close_receipts", x => new { x.store_id, x.device_code, x.series, x.version });
                });

            migrationBuilder.CreateTable(
                name: "device",
                columns: table => new
                {
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    device_code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    assignment_version = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    session_number = table.Column<long>(type: "bigint", nullable: false),
                    last_used_session = table.Column<long>(type: "bigint", nullable: false),
                    stream_id = table.Column<Guid>(type: "uuid", nullable: false),
                    receipt_series = table.Column<int>(type: "integer", nullable: false),
                    last_effective_time = table.Column<long>(type: "bigint", nullable: false),
                    last_receipt = table.Column<string>(type: "text", nullable: true),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    held_reason = table.Column<string>(type: "text", nullable: true),
                    held_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    released_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    predecessor_id = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device", x => x.device_id);
                });

            migrationBuilder.CreateTable(
                name: "device_status",
                columns: table => new
                {
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    session_number = table.Column<long>(type: "bigint", nullable: false),
                    replica = table.Column<string>(type: "text", nullable: false),
                    connected = table.Column<bool>(type: "boolean", nullable: false),
                    confirmed_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    last_heard_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    reported_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    last_sequence = table.Column<long>(type: "bigint", nullable: false),
                    outbox_count = table.Column<long>(type: "bigint", nullable: false),
                    outbox_oldest_ms = table.Column<long>(type: "bigint", nullable: true),
                    pending_count = table.Column<long>(type: "bigint", nullable: false),
                    store_cursor = table.Column<long>(type: "bigint", nullable: false),
                    catalogue_cursor = table.Column<long>(type: "bigint", nullable: false),
                    software_version = table.Column<string>(type: "text", nullable: false),
                    last_refusal_code = table.Column<string>(type: "text", nullable: true),
                    last_refusal_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    disk_free_bytes = table.Column<long>(type: "bigint", nullable: true),
                    cache_drift_count = table.Column<long>(type: "bigint", nullable: false),
                    conditions = table.Column<string>(type: "text", nullable: true),
                    resync_rows = table.Column<long>(type: "bigint", nullable: false),
                    resync_rows_total = table.Column<long>(type: "bigint", nullable: false),
                    durable_through = table.Column<long>(type: "bigint", nullable: false),
                    oldest_retained = table.Column<long>(type: "bigint", nullable: false),
                    clock_offset_ms = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_status", x => x.device_id);
                });

            migrationBuilder.CreateTable(
                name: "durable_mark",
                columns: table => new
                {
                    mark_id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    taken_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    lsn = table.Column<string>(type: "text", nullable: false),
                    published_at_ms = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_durable_mark", x => x.mark_id);
                });

            migrationBuilder.CreateTable(
                name: "edit_conflict",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    conflict_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    field = table.Column<short>(type: "smallint", nullable: false),
                    first_entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    second_entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    winner_entry_id = table.Column<Guid>(type: "uuid", nullable: true),
                    rule = table.Column<short>(type: "smallint", nullable: false),
                    policy_version = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    settled_by = table.Column<Guid>(type: "uuid", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_edit_conflict", x => new { x.store_id, x.conflict_id });
                });

            migrationBuilder.CreateTable(
                name: "edit_policy",
                columns: table => new
                {
                    version = table.Column<int>(type: "integer", nullable: false),
                    field = table.Column<short>(type: "smallint", nullable: false),
                    rule = table.Column<short>(type: "smallint", nullable: false),
                    resurrects = table.Column<bool>(type: "boolean", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    set_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_edit_policy", x => x.version);
                });

            migrationBuilder.CreateTable(
                name: "effect",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    ordinal = table.Column<short>(type: "smallint", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    delta = table.Column<long>(type: "bigint", nullable: false),
                    on_hand = table.Column<long>(type: "bigint", nullable: true),
                    previous_version = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_effect", x => new { x.store_id, x.version, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "incarnation",
                columns: table => new
                {
                    singleton = table.Column<short>(type: "smallint", nullable: false),
                    incarnation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    system_identifier = table.Column<string>(type: "text", nullable: false),
                    timeline = table.Column<int>(type: "integer", nullable: false),
                    began_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_incarnation", x => x.singleton);
                    table.CheckConstraint("ck_incarnation_singleton", "singleton = 1");
                });

            migrationBuilder.CreateTable(
                name: "journal",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    stream_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    schema_version = table.Column<short>(type: "smallint", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    received_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    received_at_version = table.Column<long>(type: "bigint", nullable: false),
                    merged_at_version = table.Column<long>(type: "bigint", nullable: true),
                    effective_time = table.Column<long>(type: "bigint", nullable: false),
                    effective_time_source = table.Column<short>(type: "smallint", nullable: false),
                    business_date = table.Column<DateOnly>(type: "date", nullable: true),
                    quarantine_code = table.Column<string>(type: "text", nullable: true),
                    quarantine_detail = table.Column<string>(type: "text", nullable: true),
                    settled_by = table.Column<Guid>(type: "uuid", nullable: true),
                    settled_at_version = table.Column<long>(type: "bigint", nullable: true),
                    settlement = table.Column<short>(type: "smallint", nullable: true),
                    receipt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    policy_version = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_journal", x => new { x.store_id, x.entry_id });
                });

            migrationBuilder.CreateTable(
                name: "operator_request",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    print = table.Column<byte[]>(type: "bytea", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    answer = table.Column<string>(type: "text", nullable: false),
                    answered_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operator_request", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "product",
                columns: table => new
                {
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false),
                    brand = table.Column<string>(type: "text", nullable: false),
                    size = table.Column<string>(type: "text", nullable: false),
                    price_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    unit = table.Column<short>(type: "smallint", nullable: false),
                    tax_rate_id = table.Column<string>(type: "text", nullable: true),
                    tax_hundredths = table.Column<int>(type: "integer", nullable: true),
                    tax_inclusive = table.Column<bool>(type: "boolean", nullable: true),
                    tax_rounding = table.Column<short>(type: "smallint", nullable: true),
                    pack_product = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    pack_content = table.Column<long>(type: "bigint", nullable: true),
                    deleted = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product", x => x.code);
                });

            migrationBuilder.CreateTable(
                name: "product_edit",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    product = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    field = table.Column<short>(type: "smallint", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_edit", x => new { x.store_id, x.product, x.field, x.entry_id });
                });

            migrationBuilder.CreateTable(
                name: "product_register",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    product = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    field = table.Column<short>(type: "smallint", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: true),
                    value = table.Column<string>(type: "text", nullable: true),
                    undecided = table.Column<bool>(type: "boolean", nullable: false),
                    based_on = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    lost = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    waiting = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    rule = table.Column<short>(type: "smallint", nullable: false),
                    policy_version = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_register", x => new { x.store_id, x.product, x.field });
                });

            migrationBuilder.CreateTable(
                name: "returned_line",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    sale_entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    line_number = table.Column<int>(type: "integer", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    quantity = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_returned_line", x => new { x.store_id, x.sale_entry_id, x.line_number, x.entry_id });
                });

            migrationBuilder.CreateTable(
                name: "stock",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    product = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    on_hand = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    counted_at = table.Column<long>(type: "bigint", nullable: true),
                    counted_device_id = table.Column<int>(type: "integer", nullable: true),
                    counted_entry_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stock", x => new { x.store_id, x.product });
                });

            migrationBuilder.CreateTable(
                name: "store",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    time_zone = table.Column<string>(type: "text", nullable: false),
                    day_cut_off_minutes = table.Column<int>(type: "integer", nullable: false),
                    settings_version = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_store", x => x.store_id);
                });

            migrationBuilder.CreateTable(
                name: "store_commit",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    effect_count = table.Column<int>(type: "integer", nullable: false),
                    committed_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    checksum = table.Column<byte[]>(type: "bytea", nullable: false),
                    latest_effective_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_store_commit", x => new { x.store_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "store_exception",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    exception_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    severity = table.Column<short>(type: "smallint", nullable: false),
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    raised_at_version = table.Column<long>(type: "bigint", nullable: false),
                    raised_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    closed_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    closed_at_version = table.Column<long>(type: "bigint", nullable: true),
                    closed_by = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_store_exception", x => new { x.store_id, x.exception_id });
                });

            migrationBuilder.CreateTable(
                name: "stream_sequence",
                columns: table => new
                {
                    stream_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    entry_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    disposition = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stream_sequence", x => new { x.stream_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "clock_offset",
                columns: table => new
                {
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    boot_id = table.Column<long>(type: "bigint", nullable: false),
                    offset_ms = table.Column<long>(type: "bigint", nullable: false),
                    error_ms = table.Column<long>(type: "bigint", nullable: false),
                    agreed_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clock_offset", x => new { x.device_id, x.boot_id });
                    table.ForeignKey(
                        name: "fk_clock_offset_device_device_id",
                        column: x => x.device_id,
                        principalTable: "device",
                        principalColumn: "device_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "device_assignment",
                columns: table => new
                {
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    assignment_version = table.Column<int>(type: "integer", nullable: false),
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    assigned_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_assignment", x => new { x.device_id, x.assignment_version });
                    table.ForeignKey(
                        name: "fk_device_assignment_device_device_id",
                        column: x => x.device_id,
                        principalTable: "device",
                        principalColumn: "device_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "stream",
                columns: table => new
                {
                    stream_id = table.Column<Guid>(type: "uuid", nullable: false),
                    device_id = table.Column<int>(type: "integer", nullable: false),
                    applied_through = table.Column<long>(type: "bigint", nullable: false),
                    applied_chain = table.Column<byte[]>(type: "bytea", nullable: false),
                    opened_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    closed_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    durable_through = table.Column<long>(type: "bigint", nullable: false),
                    opened_because = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    presented_stream_id = table.Column<Guid>(type: "uuid", nullable: true),
                    presented_boot_id = table.Column<long>(type: "bigint", nullable: true),
                    presented_fingerprint = table.Column<string>(type: "text", nullable: true),
                    hole_first = table.Column<long>(type: "bigint", nullable: true),
                    hole_last = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stream", x => x.stream_id);
                    table.ForeignKey(
                        name: "fk_stream_device_device_id",
                        column: x => x.device_id,
                        principalTable: "device",
                        principalColumn: "device_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "durable_mark_stream",
                columns: table => new
                {
                    mark_id = table.Column<long>(type: "bigint", nullable: false),
                    stream_id = table.Column<Guid>(type: "uuid", nullable: false),
                    applied_through = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_durable_mark_stream", x => new { x.mark_id, x.stream_id });
                    table.ForeignKey(
                        name: "fk_durable_mark_stream_durable_mark_mark_id",
                        column: x => x.mark_id,
                        principalTable: "durable_mark",
                        principalColumn: "mark_id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "store_head",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    checksum = table.Column<byte[]>(type: "bytea", nullable: false),
                    latest_effective_time = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    answers = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_store_head", x => x.store_id);
                    table.ForeignKey(
                        name: "fk_store_head_store_store_id",
                        column: x => x.store_id,
                        principalTable: "store",
                        principalColumn: "store_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "store_stream",
                columns: table => new
                {
                    store_id = table.Column<int>(type: "integer", nullable: false),
                    stream_id = table.Column<Guid>(type: "uuid", nullable: false),
                    incarnation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    applied_through = table.Column<long>(type: "bigint", nullable: false),
                    applied_chain = table.Column<byte[]>(type: "bytea", nullable: false),
                    durable_through = table.Column<long>(type: "bigint", nullable: false),
                    last_effective_time = table.Column<long>(type: "bigint", nullable: false),
                    opened_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_store_stream", x => new { x.store_id, x.stream_id });
                    table.ForeignKey(
                        name: "fk_store_stream_store_head_store_id",
                        column: x => x.store_id,
                        principalTable: "store_head",
                        principalColumn: "store_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_day_close_due",
                table: "day_close",
                columns: new[] { "store_id", "device_id", "due_at_version" });

            migrationBuilder.CreateIndex(
                name: "ix_day_close_list",
                table: "day_close",
                columns: new[] { "store_id", "version", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_day_close_waiting",
                table: "day_close",
                columns: new[] { "store_id", "version" },
                filter: "state IN (0, 3)");

            migrationBuilder.CreateIndex(
                name: "ix_device_device_code",
                table: "device",
                column: "device_code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_device_store_id",
                table: "device",
                column: "store_id");

            migrationBuilder.CreateIndex(
                name: "ix_device_token_hash",
                table: "device",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_edit_conflict_state_store_id_version_conflict_id",
                table: "edit_conflict",
                columns: new[] { "state", "store_id", "version", "conflict_id" });

            migrationBuilder.CreateIndex(
                name: "ix_edit_conflict_store_id_product_field",
                table: "edit_conflict",
                columns: new[] { "store_id", "product", "field" });

            migrationBuilder.CreateIndex(
                name: "ix_edit_conflict_store_id_version_conflict_id",
                table: "edit_conflict",
                columns: new[] { "store_id", "version", "conflict_id" });

            migrationBuilder.CreateIndex(
                name: "ix_journal_quarantine",
                table: "journal",
                columns: new[] { "store_id", "quarantine_code", "received_at_version" },
                filter: "quarantine_code IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_journal_receipt",
                table: "journal",
                columns: new[] { "store_id", "receipt" },
                filter: "receipt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_journal_settled",
                table: "journal",
                columns: new[] { "store_id", "settled_at_version" },
                filter: "settled_at_version IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_operator_request_answered_at_ms",
                table: "operator_request",
                column: "answered_at_ms");

            migrationBuilder.CreateIndex(
                name: "ix_product_version",
                table: "product",
                column: "version");

            migrationBuilder.CreateIndex(
                name: "ix_product_register_store_id_version",
                table: "product_register",
                columns: new[] { "store_id", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_store_exception_open",
                table: "store_exception",
                columns: new[] { "store_id", "code", "subject" },
                unique: true,
                filter: "closed_at_ms IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_store_exception_store_id_entry_id",
                table: "store_exception",
                columns: new[] { "store_id", "entry_id" });

            migrationBuilder.CreateIndex(
                name: "ix_store_exception_store_id_raised_at_version",
                table: "store_exception",
                columns: new[] { "store_id", "raised_at_version" });

            migrationBuilder.CreateIndex(
                name: "ix_store_exception_store_id_subject",
                table: "store_exception",
                columns: new[] { "store_id", "subject" });

            migrationBuilder.CreateIndex(
                name: "ix_store_stream_store_id_incarnation_id",
                table: "store_stream",
                columns: new[] { "store_id", "incarnation_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_stream_device_id_opened_at_ms",
                table: "stream",
                columns: new[] { "device_id", "opened_at_ms" });

            // Room on the page, so that updates of these rows stay heap-only: no index entry and no bloat per batch.
            migrationBuilder.Sql("""
                ALTER TABLE stock SET (fillfactor = 70);
                ALTER TABLE device SET (fillfactor = 50);
                ALTER TABLE stream SET (fillfactor = 50);
                ALTER TABLE store_head SET (fillfactor = 50);
                ALTER TABLE device_status SET (fillfactor = 50);
                ALTER TABLE product SET (fillfactor = 90);
                """);

            // The catalogue's feed begins at version 0 with 32 zero bytes.
            migrationBuilder.Sql("""
                INSERT INTO catalogue_head (singleton, version, hash, checksum) VALUES (1, 0, decode(repeat('00', 32), 'hex'), decode(repeat('00', 16), 'hex'));
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "catalogue_commit");

            migrationBuilder.DropTable(
                name: "catalogue_head");

            migrationBuilder.DropTable(
                name: "clock_offset");

            migrationBuilder.DropTable(
                name: "day_close");

            migrationBuilder.DropTable(
                name: "day_close_receipts");

            migrationBuilder.DropTable(
                name: "device_assignment");

            migrationBuilder.DropTable(
                name: "device_status");

            migrationBuilder.DropTable(
                name: "durable_mark_stream");

            migrationBuilder.DropTable(
                name: "edit_conflict");

            migrationBuilder.DropTable(
                name: "edit_policy");

            migrationBuilder.DropTable(
                name: "effect");

            migrationBuilder.DropTable(
                name: "incarnation");

            migrationBuilder.DropTable(
                name: "journal");

            migrationBuilder.DropTable(
                name: "operator_request");

            migrationBuilder.DropTable(
                name: "product");

            migrationBuilder.DropTable(
                name: "product_edit");

            migrationBuilder.DropTable(
                name: "product_register");

            migrationBuilder.DropTable(
                name: "returned_line");

            migrationBuilder.DropTable(
                name: "stock");

            migrationBuilder.DropTable(
                name: "store_commit");

            migrationBuilder.DropTable(
                name: "store_exception");

            migrationBuilder.DropTable(
                name: "store_stream");

            migrationBuilder.DropTable(
                name: "stream");

            migrationBuilder.DropTable(
                name: "stream_sequence");

            migrationBuilder.DropTable(
                name: "durable_mark");

            migrationBuilder.DropTable(
                name: "store_head");

            migrationBuilder.DropTable(
                name: "device");

            migrationBuilder.DropTable(
                name: "store");
        }
    }
}
