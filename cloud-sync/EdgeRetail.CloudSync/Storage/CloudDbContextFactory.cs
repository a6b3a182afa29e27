using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>What dotnet-ef makes migrations with; it reads the model and opens no connection.</summary>
public sealed class CloudDbContextFactory : IDesignTimeDbContextFactory<CloudDbContext>
{
    public CloudDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<CloudDbContext>().UseNpgsql("Host=127.0.0.1").UseSnakeCaseNamingConvention().Options);
}
