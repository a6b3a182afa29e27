using EdgeRetail.Demo.Replay;

namespace EdgeRetail.Demo.Stage;

/// <summary>The whole stage of the demo: PostgreSQL, cloud-sync, two stores and three kiosks. Gone without a trace when disposed.</summary>
sealed class Shops : IAsyncDisposable
{
    /// <summary>Which store each agent stands in.</summary>
    static readonly (string Code, int Store)[] Places = [("T1", 1), ("T2", 1), ("T3", 2)];

    static readonly (int Id, string Name, string TimeZone)[] Stores = [(1, "Harbour Street", "Europe/Berlin"), (2, "Old Market", "Europe/Vienna")];

    readonly string folder;
    readonly List<AgentService> agents = [];

    Shops(string folder)
    {
        this.folder = folder;
        Cloud = new(Path.Combine(folder, "cloud"));
    }

    public CloudService Cloud { get; }

    public IReadOnlyList<AgentService> Agents => agents;

    public static int AgentCount => Places.Length;

    public static Shops Prepare()
    {
        var folder = Directory.CreateTempSubdirectory("edgeretail-demo-").FullName;
        // Where root runs the demo, PostgreSQL runs under another account, which has to reach its data in here.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        return new(folder);
    }

    /// <summary>The agents (by number) of each store.</summary>
    public static IEnumerable<(int Store, int[] Agents)> AgentsByStore() =>
        Places.Select((place, index) => (place.Store, index)).GroupBy(place => place.Store).Select(group => (group.Key, group.Select(place => place.index).ToArray()));

    public async Task OpenAsync(ReplayPlan plan, string catalogueFile, Action<string> say, CancellationToken cancellationToken)
    {
        say("Starting PostgreSQL and cloud-sync");
        await Cloud.StartAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var currency = plan.File.Mapping.Currency;
        await Task.WhenAll(Stores.Select(store => Cloud.RunAsync("store", "add", "--id", $"{store.Id}", "--name", store.Name, "--currency", currency, "--time-zone", store.TimeZone)));
        cancellationToken.ThrowIfCancellationRequested();

        say($"Importing {plan.Catalogue.Count:N0} products, enrolling and starting three agents");
        await using (var csv = new StreamWriter(catalogueFile)) CatalogueCsv.Write(csv, plan.Catalogue, plan.File.Mapping);
        foreach (var (code, store) in Places) agents.Add(new(code, store, Path.Combine(folder, code), Cloud.GrpcPort));
        await Task.WhenAll([Cloud.RunAsync("catalogue", "import", catalogueFile, "--currency", currency, "--strict"), .. agents.Select(OpenAsync)]);
    }

    /// <summary>What the programs said, kept where it can be looked up after the run.</summary>
    public void SaveTranscripts(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "cloud-sync.log"), Cloud.Transcript());
        foreach (var agent in agents) File.WriteAllText(Path.Combine(directory, $"{agent.Code}.log"), agent.Transcript());
    }

    async Task OpenAsync(AgentService agent)
    {
        var file = Path.Combine(folder, $"{agent.Code}.enrolment.json");
        await Cloud.RunAsync("device", "add", "--store", $"{agent.Store}", "--code", agent.Code, "--cloud-address", agent.CloudAddress, "--out", file);
        await AgentService.EnrolAsync(agent.Directory, file);
        await agent.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.WhenAll(agents.Select(agent => agent.DisposeAsync().AsTask()));
        }
        finally
        {
            try
            {
                await Cloud.DisposeAsync();
            }
            finally
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            }
        }
    }
}
