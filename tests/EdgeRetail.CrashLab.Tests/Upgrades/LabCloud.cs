using System.Text.Json;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Upgrades;

/// <summary>
/// A cloud that knows one device, with a database of its own for each image of that device: two images of one device are no two
/// devices, and what one of them did is not there for the other.
/// </summary>
sealed class LabCloud : IAsyncDisposable
{
    const string UnusedAddress = "http://127.0.0.1:9";

    readonly TemporaryDirectory folder = new();
    TestPostgres postgres = null!;

    LabCloud()
    {
    }

    /// <summary>Starts it with a device that has lived with it for a while: told how it is enrolled, and where the cloud is for that while.</summary>
    public static async Task<LabCloud> StartAsync(Func<LabCommand, string, Task> live)
    {
        var cloud = new LabCloud();
        cloud.postgres = await TestPostgres.StartAsync(async template =>
        {
            await cloud.RunAsync(template, "migrate");
            await cloud.RunAsync(template, "store", "add", "--id", "1", "--name", "Harbour", "--currency", "EUR", "--time-zone", "Europe/Berlin");
            await cloud.RunAsync(template, "device", "add", "--store", "1", "--code", "T7", "--cloud-address", UnusedAddress, "--out", cloud.folder["enrolment.json"]);
            var (serving, address) = await cloud.ServeAsync(template);
            await using (serving)
            {
                await live(new("enrol", ["enrol", "--from", cloud.folder["enrolment.json"]]), address);
                await serving.StopAsync();
            }
        });
        return cloud;
    }

    /// <summary>A database of its own, as it was when the while was over.</summary>
    public Task<string> CreateDatabaseAsync() => postgres.CreateDatabaseAsync();

    /// <summary>Serves it, and returns at which address.</summary>
    public async Task<(ProductProcess Process, string Address)> ServeAsync(string database)
    {
        var process = ProductProcess.CloudSync(["serve", "--grpc-port", "0", "--port", "0", "--replica", "lab"], Environment(database));
        var line = await process.LineAsync("\"event\":\"ready\"");
        return (process, JsonDocument.Parse(line[line.IndexOf('{')..]).RootElement.GetProperty("grpc").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync();
        folder.Dispose();
    }

    async Task RunAsync(string database, params string[] arguments)
    {
        await using var process = ProductProcess.CloudSync([.. arguments, "--json"], Environment(database));
        (await CommandOutcome.OfAsync(process, $"cloud-sync {string.Join(' ', arguments)}")).AssertOk();
    }

    Dictionary<string, string?> Environment(string database) => new() { ["EDGERETAIL_DATABASE"] = database, ["EDGERETAIL_CLOUD_STATE"] = folder["state"] };
}
