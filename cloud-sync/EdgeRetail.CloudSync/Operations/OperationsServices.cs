using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Durability;
using EdgeRetail.CloudSync.Operations.Api;
using EdgeRetail.CloudSync.Operations.Conflicts;
using EdgeRetail.CloudSync.Operations.DayCloses;
using EdgeRetail.CloudSync.Operations.Exceptions;
using EdgeRetail.CloudSync.Operations.Pages;
using EdgeRetail.CloudSync.Operations.Quarantine;
using EdgeRetail.CloudSync.Operations.Receipts;
using EdgeRetail.CloudSync.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>The operators' surfaces of a replica: REST, its description, health, pages.</summary>
static class OperationsServices
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SummaryQuery(provider.GetRequiredService<CloudDatabase>().Queries, provider.GetRequiredService<DurabilityStanding>()));
        services.AddSingleton(provider => new DeviceQueries(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddSingleton(provider => new StockQueries(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddSingleton(provider => new ExplainQueries(provider.GetRequiredService<CloudDatabase>().Queries, provider.GetRequiredService<StockQueries>()));
        services.AddSingleton(provider => new EntryQueries(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddSingleton(provider => new ExceptionQueries(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddSingleton(provider => new ReceiptQueries(
            provider.GetRequiredService<CloudDatabase>().Queries, provider.GetRequiredService<EntryQueries>(), provider.GetRequiredService<ExceptionQueries>(), provider.GetRequiredService<QuarantineSettling>()));
        services.AddHostedService<MappedProducts>();
        services.AddSingleton(provider => new QuarantineSettling(provider.GetRequiredService<CloudDatabase>().Queries, SecretSource.OfTheSystem));
        services.AddSingleton(provider => new QuarantineQueries(
            provider.GetRequiredService<CloudDatabase>().Queries, provider.GetRequiredService<EntryQueries>(), provider.GetRequiredService<QuarantineSettling>()));
        services.AddSingleton(provider => new DayCloseQueries(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddSingleton(provider => new ConflictResolving(provider.GetRequiredService<CloudDatabase>().Queries, SecretSource.OfTheSystem));
        services.AddSingleton(provider => new ConflictQueries(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddSingleton(provider => new ConflictRehearsal(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddSingleton(provider => new PolicyStore(provider.GetRequiredService<CloudDatabase>().Queries));
        services.AddExceptionHandler<ApiErrors>();
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        });
        services.AddOpenApi("v1", OpenApiDescription.Describe);
        services.AddRazorComponents();
        // The pages have no form that writes and set no cookie: nothing is protected with keys that replicas would have to share.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new NoKeyRepository());
    }

    public static void UseOperations(this WebApplication application)
    {
        application.UseExceptionHandler();
        application.UseMiddleware<SecurityHeaders>();
        application.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
    }

    public static void MapOperations(this WebApplication application)
    {
        application.MapHealth();
        application.MapOpenApi("/openapi/{documentName}.json");
        application.MapOperationsApi();
        application.MapStaticAssets();
        application.MapRazorComponents<OperatorsPage>().DisableAntiforgery();
    }
}
