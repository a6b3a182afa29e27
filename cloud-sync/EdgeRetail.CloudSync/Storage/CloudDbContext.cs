using Microsoft.EntityFrameworkCore;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// Model, migrations and queries of the cloud's database. The hot path (ingest, change feed) is SQL through Npgsql on the
/// same tables. Times are milliseconds since 1970 UTC, quantities thousandths.
/// </summary>
public sealed class CloudDbContext(DbContextOptions<CloudDbContext> options) : DbContext(options)
{
    /// <summary>Codes order by their bytes, as in memory and in SQLite, whatever the server's locale.</summary>
    const string Ordinal = "C";

    public DbSet<StoreRow> Stores => Set<StoreRow>();

    public DbSet<DeviceRow> Devices => Set<DeviceRow>();

    public DbSet<DeviceAssignmentRow> DeviceAssignments => Set<DeviceAssignmentRow>();

    public DbSet<StreamRow> Streams => Set<StreamRow>();

    public DbSet<StreamSequenceRow> StreamSequences => Set<StreamSequenceRow>();

    public DbSet<DeviceStatusRow> DeviceStatuses => Set<DeviceStatusRow>();

    public DbSet<StoreHeadRow> StoreHeads => Set<StoreHeadRow>();

    public DbSet<StoreCommitRow> StoreCommits => Set<StoreCommitRow>();

    public DbSet<StoreStreamRow> StoreStreams => Set<StoreStreamRow>();

    public DbSet<JournalRow> Journal => Set<JournalRow>();

    public DbSet<EffectRow> Effects => Set<EffectRow>();

    public DbSet<StockRow> Stock => Set<StockRow>();

    public DbSet<StoreExceptionRow> StoreExceptions => Set<StoreExceptionRow>();

    public DbSet<ReturnedLineRow> ReturnedLines => Set<ReturnedLineRow>();

    public DbSet<DayCloseRow> DayCloses => Set<DayCloseRow>();

    public DbSet<DayCloseReceiptsRow> DayCloseReceipts => Set<DayCloseReceiptsRow>();

    public DbSet<ProductEditRow> ProductEdits => Set<ProductEditRow>();

    public DbSet<ProductRegisterRow> ProductRegisters => Set<ProductRegisterRow>();

    public DbSet<EditConflictRow> EditConflicts => Set<EditConflictRow>();

    public DbSet<EditPolicyRow> EditPolicies => Set<EditPolicyRow>();

    public DbSet<OperatorRequestRow> OperatorRequests => Set<OperatorRequestRow>();

    public DbSet<CatalogueHeadRow> CatalogueHeads => Set<CatalogueHeadRow>();

    public DbSet<CatalogueCommitRow> CatalogueCommits => Set<CatalogueCommitRow>();

    public DbSet<ProductRow> Products => Set<ProductRow>();

    public DbSet<IncarnationRow> Incarnations => Set<IncarnationRow>();

    public DbSet<ClockOffsetRow> ClockOffsets => Set<ClockOffsetRow>();

    public DbSet<DurableMarkRow> DurableMarks => Set<DurableMarkRow>();

    public DbSet<DurableMarkStreamRow> DurableMarkStreams => Set<DurableMarkStreamRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StoreRow>(store =>
        {
            store.ToTable("store").Placed(Placement.OwnedByStore).HasKey(row => row.StoreId);
            store.Property(row => row.StoreId).ValueGeneratedNever();
        });

        modelBuilder.Entity<DeviceRow>(device =>
        {
            device.ToTable("device").Placed(Placement.Devices).HasKey(row => row.DeviceId);
            device.Property(row => row.DeviceId).ValueGeneratedNever();
            device.Property(row => row.DeviceCode).UseCollation(Ordinal);
            device.HasIndex(row => row.DeviceCode).IsUnique();
            device.HasIndex(row => row.TokenHash).IsUnique();
            device.HasIndex(row => row.StoreId);
        });

        modelBuilder.Entity<DeviceAssignmentRow>(assignment =>
        {
            assignment.ToTable("device_assignment").Placed(Placement.Devices).HasKey(row => new { row.DeviceId, row.AssignmentVersion });
            assignment.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.DeviceId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<StreamRow>(stream =>
        {
            stream.ToTable("stream").Placed(Placement.Devices).HasKey(row => row.StreamId);
            stream.Property(row => row.StreamId).ValueGeneratedNever();
            stream.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.DeviceId).OnDelete(DeleteBehavior.Restrict);
            stream.HasIndex(row => new { row.DeviceId, row.OpenedAtMs });
        });

        modelBuilder.Entity<ClockOffsetRow>(offset =>
        {
            offset.ToTable("clock_offset").Placed(Placement.Devices).HasKey(row => new { row.DeviceId, row.BootId });
            offset.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.DeviceId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<DurableMarkRow>(mark =>
        {
            mark.ToTable("durable_mark").Placed(Placement.Devices).HasKey(row => row.MarkId);
            mark.Property(row => row.MarkId).UseIdentityAlwaysColumn();
        });

        modelBuilder.Entity<DurableMarkStreamRow>(mark =>
        {
            mark.ToTable("durable_mark_stream").Placed(Placement.Devices).HasKey(row => new { row.MarkId, row.StreamId });
            mark.HasOne<DurableMarkRow>().WithMany().HasForeignKey(row => row.MarkId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<StreamSequenceRow>(sequence =>
            sequence.ToTable("stream_sequence").Placed(Placement.Devices).HasKey(row => new { row.StreamId, row.Sequence }));

        modelBuilder.Entity<DeviceStatusRow>(status =>
        {
            status.ToTable("device_status").Placed(Placement.Devices).HasKey(row => row.DeviceId);
            status.Property(row => row.DeviceId).ValueGeneratedNever();
        });

        modelBuilder.Entity<StoreHeadRow>(head =>
        {
            head.ToTable("store_head").Placed(Placement.OwnedByStore).HasKey(row => row.StoreId);
            head.Property(row => row.StoreId).ValueGeneratedNever();
            head.Property(row => row.LatestEffectiveTime).HasDefaultValue(0L);
            head.Property(row => row.Answers).HasDefaultValue(0L);
            head.HasOne<StoreRow>().WithOne().HasForeignKey<StoreHeadRow>(row => row.StoreId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<StoreCommitRow>(commit =>
            commit.ToTable("store_commit").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.Version }));

        modelBuilder.Entity<StoreStreamRow>(stream =>
        {
            stream.ToTable("store_stream").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.StreamId });
            stream.HasIndex(row => new { row.StoreId, row.IncarnationId }).IsUnique();
            stream.HasOne<StoreHeadRow>().WithMany().HasForeignKey(row => row.StoreId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<JournalRow>(journal =>
        {
            journal.Property(row => row.Receipt).UseCollation(Ordinal);
            journal.ToTable("journal").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.EntryId });
            // Both hold the few rows that they are for; an entry that is merged at once costs neither anything.
            journal.HasIndex(row => new { row.StoreId, row.QuarantineCode, row.ReceivedAtVersion }).HasDatabaseName("ix_journal_quarantine").HasFilter("quarantine_code IS NOT NULL");
            journal.HasIndex(row => new { row.StoreId, row.SettledAtVersion }).HasDatabaseName("ix_journal_settled").HasFilter("settled_at_version IS NOT NULL");
            // A device numbers upwards, so the rows of one come to stand side by side.
            journal.HasIndex(row => new { row.StoreId, row.Receipt }).HasDatabaseName("ix_journal_receipt").HasFilter("receipt IS NOT NULL");
        });

        modelBuilder.Entity<StoreExceptionRow>(exception =>
        {
            exception.ToTable("store_exception").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.ExceptionId });
            exception.Property(row => row.Code).UseCollation(Ordinal);
            exception.Property(row => row.Subject).UseCollation(Ordinal);
            exception.HasIndex(row => new { row.StoreId, row.Code, row.Subject }).IsUnique().HasDatabaseName("ix_store_exception_open").HasFilter("closed_at_ms IS NULL");
            exception.HasIndex(row => new { row.StoreId, row.RaisedAtVersion });
            exception.HasIndex(row => new { row.StoreId, row.EntryId });
            exception.HasIndex(row => new { row.StoreId, row.Subject });
        });

        modelBuilder.Entity<ReturnedLineRow>(returned =>
            returned.ToTable("returned_line").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.SaleEntryId, row.LineNumber, row.EntryId }));

        modelBuilder.Entity<EffectRow>(effect =>
        {
            effect.ToTable("effect").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.Version, row.Ordinal });
            effect.Property(row => row.Product).UseCollation(Ordinal);
        });

        modelBuilder.Entity<StockRow>(stock =>
        {
            stock.ToTable("stock").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.Product });
            stock.Property(row => row.Product).UseCollation(Ordinal);
        });

        modelBuilder.Entity<DayCloseRow>(close =>
        {
            close.ToTable("day_close").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.EntryId });
            // The first holds what waits only; the second is the feed's question, the third the list's.
            close.HasIndex(row => new { row.StoreId, row.Version }).HasDatabaseName("ix_day_close_waiting").HasFilter("state IN (0, 3)");
            close.HasIndex(row => new { row.StoreId, row.DeviceId, row.DueAtVersion }).HasDatabaseName("ix_day_close_due");
            close.HasIndex(row => new { row.StoreId, row.Version, row.State }).HasDatabaseName("ix_day_close_list");
        });

        modelBuilder.Entity<DayCloseReceiptsRow>(receipts =>
        {
            receipts.ToTable("day_close_receipts").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.DeviceCode, row.Series, row.Version });
            receipts.Property(row => row.DeviceCode).UseCollation(Ordinal);
            receipts.Property(row => row.Series).UseCollation(Ordinal);
        });

        modelBuilder.Entity<ProductEditRow>(edit =>
        {
            edit.ToTable("product_edit").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.Product, row.Field, row.EntryId });
            edit.Property(row => row.Product).UseCollation(Ordinal);
        });

        modelBuilder.Entity<ProductRegisterRow>(register =>
        {
            register.ToTable("product_register").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.Product, row.Field });
            register.Property(row => row.Product).UseCollation(Ordinal);
            register.HasIndex(row => new { row.StoreId, row.Version });
        });

        modelBuilder.Entity<EditConflictRow>(conflict =>
        {
            conflict.ToTable("edit_conflict").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.ConflictId });
            conflict.Property(row => row.Product).UseCollation(Ordinal);
            conflict.HasIndex(row => new { row.StoreId, row.Product, row.Field });
            // The inbox is listed by store and version, all of it or one state.
            conflict.HasIndex(row => new { row.StoreId, row.Version, row.ConflictId });
            conflict.HasIndex(row => new { row.State, row.StoreId, row.Version, row.ConflictId });
        });

        modelBuilder.Entity<EditPolicyRow>(policy =>
        {
            policy.ToTable("edit_policy").Placed(Placement.Reference).HasKey(row => row.Version);
            policy.Property(row => row.Version).ValueGeneratedNever();
        });

        modelBuilder.Entity<OperatorRequestRow>(request =>
        {
            request.ToTable("operator_request").Placed(Placement.Devices).HasKey(row => row.Key);
            request.HasIndex(row => row.AnsweredAtMs);
        });

        modelBuilder.Entity<CatalogueHeadRow>(head =>
        {
            head.ToTable("catalogue_head", table => table.HasCheckConstraint("ck_catalogue_head_singleton", "singleton = 1"))
                .Placed(Placement.Reference).HasKey(row => row.Singleton);
            head.Property(row => row.Singleton).ValueGeneratedNever();
        });

        modelBuilder.Entity<CatalogueCommitRow>(commit =>
        {
            commit.ToTable("catalogue_commit").Placed(Placement.Reference).HasKey(row => row.Version);
            commit.Property(row => row.Version).ValueGeneratedNever();
        });

        modelBuilder.Entity<ProductRow>(product =>
        {
            product.ToTable("product").Placed(Placement.Reference).HasKey(row => row.Code);
            product.Property(row => row.Code).UseCollation(Ordinal);
            product.Property(row => row.PackProduct).UseCollation(Ordinal);
            product.HasIndex(row => row.Version);
        });

        modelBuilder.Entity<IncarnationRow>(incarnation =>
        {
            incarnation.ToTable("incarnation", table => table.HasCheckConstraint("ck_incarnation_singleton", "singleton = 1"))
                .Placed(Placement.Reference).HasKey(row => row.Singleton);
            incarnation.Property(row => row.Singleton).ValueGeneratedNever();
        });
    }
}
