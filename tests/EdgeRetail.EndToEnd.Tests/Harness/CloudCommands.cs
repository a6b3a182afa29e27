using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>Runs <c>cloud-sync</c> on one database, as an operator does.</summary>
sealed class CloudCommands(string connectionString, string stateDirectory)
{
    public IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>
    {
        ["EDGERETAIL_DATABASE"] = connectionString,
        ["EDGERETAIL_CLOUD_STATE"] = stateDirectory,
    };

    public async Task<CommandOutcome> RunAsync(params string[] arguments)
    {
        await using var process = ProductProcess.CloudSync([.. arguments, "--json"], Environment);
        return await CommandOutcome.OfAsync(process, $"cloud-sync {string.Join(' ', arguments)}");
    }

    public ProductProcess Serve(string name, int grpcPort, int port, IReadOnlyList<string> options) =>
        ProductProcess.CloudSync(["serve", "--grpc-port", $"{grpcPort}", "--port", $"{port}", "--replica", name, .. options], Environment);
}
