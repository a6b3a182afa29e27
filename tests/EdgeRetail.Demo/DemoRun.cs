using EdgeRetail.Checker;
using EdgeRetail.Checker.History;
using EdgeRetail.Checker.Reporting;
using EdgeRetail.Demo.Outcome;
using EdgeRetail.Demo.Replay;
using EdgeRetail.Demo.Sales;
using EdgeRetail.Demo.Shop;
using EdgeRetail.Demo.Show;
using EdgeRetail.Demo.Stage;
using EdgeRetail.TestKit;
using Spectre.Console;

namespace EdgeRetail.Demo;

/// <summary>The demo from the first process to the last line.</summary>
sealed class DemoRun(DemoOptions options, CancellationToken stop)
{
    const int ListedOnScreen = 10;
    static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(3);

    /// <summary>Slow enough to be watched; with --check or a file it goes as fast as the agents take it.</summary>
    static readonly TimeSpan WatchedReplay = TimeSpan.FromSeconds(45);

    readonly RunLog log = new();
    readonly string artifacts = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Artifacts, "demo")).FullName;

    public async Task<int> RunAsync()
    {
        var plan = ReadPlan();
        await using var shops = Shops.Prepare();
        try
        {
            var (sellers, summary) = await PlayAsync(shops, plan);
            Print(summary, sellers);
            if (!options.Check) await StayAsync(shops);
            shops.SaveTranscripts(artifacts);
            // The summary is the last line, so nothing may be said any more.
            if (options.Check) Console.WriteLine(summary.ToJson());
            return summary.IsGood ? 0 : 1;
        }
        catch
        {
            shops.SaveTranscripts(artifacts);
            throw;
        }
    }

    ReplayPlan ReadPlan()
    {
        var mapping = options.MappingFile is { } mappingFile ? SalesMapping.Load(mappingFile) : null;
        if (options.SalesFile is { } salesFile) return ReplayPlan.Make(SalesFile.Read(salesFile, mapping), Shops.AgentCount);

        var roll = Path.Combine(artifacts, "till-roll.csv");
        using (var output = new StreamWriter(roll)) BuiltInShop.WriteTillRoll(output);
        return ReplayPlan.Make(SalesFile.Read(roll, SalesMappings.BuiltIn), Shops.AgentCount, BuiltInShop.Catalogue());
    }

    async Task<(IReadOnlyList<Seller> Sellers, DemoSummary Summary)> PlayAsync(Shops shops, ReplayPlan plan)
    {
        await using IShow show = AnsiConsole.Profile.Out.IsTerminal ? new TableShow() : new PlainShow(Console.Out);
        show.Say($"{plan.File.Mapping.Name}: {plan.File.LinesInFile:N0} lines, {plan.File.Receipts.Count:N0} receipts, {plan.Catalogue.Count:N0} products");
        await shops.OpenAsync(plan, Path.Combine(artifacts, "catalogue.csv"), show.Say, stop);
        show.Say($"Operators' page {shops.Cloud.Address}");
        foreach (var agent in shops.Agents) show.Say($"Kiosk {agent.Code} (store {agent.Store}) {agent.KioskAddress}");

        var faults = new FaultScript(shops, log, show.Say);
        var pause = options.Check || options.SalesFile is not null ? TimeSpan.Zero : WatchedReplay * Shops.AgentCount / Math.Max(1, plan.Count);
        var sellers = shops.Agents.Select((agent, number) => new Seller(number, agent, plan, faults, log, pause)).ToList();
        await using var watcher = new Watcher(shops, sellers, plan, show, log);
        watcher.Start();
        try
        {
            await OpenShelvesAsync(sellers, plan, watcher, show);
            watcher.Act = "selling";
            show.Say($"Selling {plan.Count:N0} receipts, refunds and adjustments");
            await Task.WhenAll(sellers.Select(seller => seller.RunAsync(stop)));
        }
        finally
        {
            // Also on the way out: nothing may be started behind the back of the one that cleans up.
            await faults.MendedAsync();
        }

        watcher.Act = "coming to rest";
        show.Say("Everything is sold; waiting until all of it is sent");
        await DrainAsync(watcher);
        return (sellers, await JudgeAsync(shops, plan, sellers, show));
    }

    async Task OpenShelvesAsync(IReadOnlyList<Seller> sellers, ReplayPlan plan, Watcher watcher, IShow show)
    {
        await UntilAsync(watcher, scene => scene.Agents.All(agent => agent.Status?.Products == plan.Catalogue.Count), "the catalogue reaches every agent");
        show.Say($"The catalogue of {plan.Catalogue.Count:N0} products is on every kiosk; opening stock");
        foreach (var (_, agents) in Shops.AgentsByStore()) await sellers[agents[0]].OpenAsync(plan.OpeningOf(agents), stop);
    }

    /// <summary>Waits until all is sent and every cache stands at the head. If it does not come to that, the check will say so.</summary>
    async Task DrainAsync(Watcher watcher)
    {
        try
        {
            await UntilAsync(
                watcher,
                scene => scene.Cloud is { } cloud && scene.Agents.All(agent => agent.Status is { OutboxCount: 0, PendingCount: 0 } status && status.StoreVersion == cloud.StoreHeads.GetValueOrDefault(agent.Store)),
                "all is sent");
            log.Add(new HistoryEvent.Drained(RunLog.Now));
        }
        catch (StageException)
        {
            // L1, S1 and S16 name what is left, and in which ledger.
        }
    }

    async Task UntilAsync(Watcher watcher, Func<Scene, bool> condition, string what)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(DrainPatience);
        try
        {
            while (!condition(await watcher.LookAsync(deadline.Token))) await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new StageException($"Not within {DrainPatience.TotalSeconds:0} s: {what}.");
        }
    }

    async Task<DemoSummary> JudgeAsync(Shops shops, ReplayPlan plan, IReadOnlyList<Seller> sellers, IShow show)
    {
        if (options.Sabotage is { } kind) show.Say($"Sabotage: {await Sabotage.CommitAsync(kind, shops.Cloud.ConnectionString, stop)}");
        show.Say("Checking the ledgers and PostgreSQL");
        var history = log.ToHistory();
        var report = await Check.RunAsync(new([.. shops.Agents.Select(agent => agent.Directory)], shops.Cloud.ConnectionString) { History = history, Quiescent = true }, stop);
        var confirmed = sellers.SelectMany(seller => seller.Confirmed).ToDictionary();
        var receipts = await ReceiptComparison.MakeAsync(plan.File, confirmed, shops.Cloud.ConnectionString, stop);
        await File.WriteAllLinesAsync(Path.Combine(artifacts, "history.jsonl"), history.Events.Select(RunHistory.Write), stop);
        await File.WriteAllLinesAsync(Path.Combine(artifacts, "listed-lines.txt"), plan.File.Listed.OrderBy(line => line.Number).Select(line => line.ToString()), stop);
        await File.WriteAllTextAsync(Path.Combine(artifacts, "report.json"), ReportJson.Write(report), stop);
        return new(report, plan.File, receipts);
    }

    void Print(DemoSummary summary, IReadOnlyList<Seller> sellers)
    {
        var (file, receipts) = (summary.File, summary.Receipts);
        Console.WriteLine();
        ReportTable.Write(summary.Report, Console.Out);
        Console.WriteLine();
        Console.WriteLine($"Lines in the file {file.LinesInFile:N0}: taken {file.LinesTaken:N0}, listed {file.Listed.Count:N0}");
        foreach (var line in file.Listed.OrderBy(line => line.Number).Take(ListedOnScreen)) Console.WriteLine(Cut($"  {line}"));
        if (file.Listed.Count > ListedOnScreen) Console.WriteLine($"  and {file.Listed.Count - ListedOnScreen:N0} more");
        if (file.Listed.Count > 0) Console.WriteLine("  all of them: artifacts/demo/listed-lines.txt");
        Console.WriteLine($"Sent again to an agent that had been away, and recorded once: {sellers.Sum(seller => seller.Repeated):N0}");
        Console.WriteLine($"Receipts compared {receipts.Compared:N0}, equal {receipts.Equal:N0}");
        Console.WriteLine($"  quantity: file {receipts.QuantityInFile / 1000m:N3}, PostgreSQL {receipts.QuantityInPostgres / 1000m:N3}");
        var major = file.Mapping.MinorPerMajor;
        Console.WriteLine($"  value:    file {receipts.ValueInFile / major:N2} {file.Mapping.Currency}, PostgreSQL {receipts.ValueInPostgres / major:N2} {file.Mapping.Currency}");
        foreach (var difference in receipts.Differences) Console.WriteLine(Cut($"  ! {difference}"));
        Console.WriteLine(summary.IsGood ? "All agrees, to the last unit." : "It does NOT agree.");
    }

    async Task StayAsync(Shops shops)
    {
        Console.WriteLine();
        Console.WriteLine("Everything stays up until Ctrl-C:");
        Console.WriteLine($"  operators  {shops.Cloud.Address}");
        foreach (var agent in shops.Agents) Console.WriteLine($"  kiosk {agent.Code}   {agent.KioskAddress}");
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Stopping");
        }
    }

    static string Cut(string line) => line.Length <= 80 ? line : line[..79] + "…";
}
