using EdgeRetail.CloudSync.Storage;
using EdgeRetail.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace EdgeRetail.CloudSync.Tests.Storage;

public sealed class CloudSchemaTests
{
    static DbContextOptions<CloudDbContext> Options => new DbContextOptionsBuilder<CloudDbContext>().UseNpgsql("Host=127.0.0.1").UseSnakeCaseNamingConvention().Options;

    [Test]
    public void The_migrations_say_what_the_model_says()
    {
        using var context = new CloudDbContext(Options);
        Assert.That(context.Database.HasPendingModelChanges(), Is.False, "Run: dotnet ef migrations add <Name> --project cloud-sync/EdgeRetail.CloudSync -o Storage/Migrations");
    }

    [Test]
    public void The_schema_distributes_by_store_unchanged()
    {
        using var context = new CloudDbContext(Options);
        Assert.That(DistributionLint.Check(DesignModel(context)), Is.Empty);
    }

    [Test]
    public void The_lint_finds_a_unique_index_and_a_foreign_key_without_the_store()
    {
        using var context = new BrokenContext(new DbContextOptionsBuilder<BrokenContext>().UseNpgsql("Host=127.0.0.1").UseSnakeCaseNamingConvention().Options);
        var findings = DistributionLint.Check(DesignModel(context));
        Assert.That(findings, Has.Some.Contains("unique index ix_stock_product lacks store_id"));
        Assert.That(findings, Has.Some.Match("device: foreign key .* leads to another kind of table"));
        Assert.That(findings, Has.Some.Contains("product: says '' where it stands"));
    }

    [Test]
    public async Task The_schema_is_the_approved_one()
    {
        var connectionString = await Databases.CreateAsync();
        await using var context = Databases.Context(connectionString);
        Approved.Verify(await SchemaText.OfAsync(context), "CloudSchema", "Devices, the checker and rebuilds read this schema: change it knowingly.");
    }

    static IModel DesignModel(DbContext context) => context.GetService<IDesignTimeModel>().Model;

    sealed class BrokenContext(DbContextOptions<BrokenContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<StockRow>(stock =>
            {
                stock.ToTable("stock").Placed(Placement.OwnedByStore).HasKey(row => new { row.StoreId, row.Product });
                stock.HasIndex(row => row.Product).IsUnique();
            });
            modelBuilder.Entity<DeviceRow>(device =>
            {
                device.ToTable("device").Placed(Placement.Devices).HasKey(row => row.DeviceId);
                device.HasOne<StockRow>().WithMany().HasForeignKey(row => new { row.StoreId, row.DeviceCode });
            });
            modelBuilder.Entity<ProductRow>().ToTable("product").HasKey(row => row.Code);
        }
    }
}
