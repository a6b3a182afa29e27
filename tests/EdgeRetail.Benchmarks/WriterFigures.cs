using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.TestKit;

namespace EdgeRetail.Benchmarks;

/// <summary>How long a sale waits for the ledger's one writer while the device does its heaviest work beside it, on the disk that there is.</summary>
static class WriterFigures
{
    const int Products = 100_000;
    const int Retained = 200_000;
    const int Pending = 50_000;
    const int RowsInOnePage = 2_000;
    const int Quiet = 3_000;

    /// <summary>No write transaction holds the writer longer (PROTOCOL.md §5).</summary>
    const double BoundMs = 50;

    public static void Measure(BenchmarkReport report)
    {
        using var folder = new TemporaryDirectory();
        MeasurePruning(report, Filled(folder["pruning"], Retained));
        MeasureSnapshot(report, Filled(folder["snapshot"], Pending));
    }

    static void MeasurePruning(BenchmarkReport report, string directory)
    {
        using var agent = Agent.Open(new(directory), TimeProvider.System);
        var quiet = new Samples();
        Shop.Sell(agent, Quiet, Products, seed: 2, (_, duration) => quiet.Add(duration));
        Add(report, "with nothing beside it", quiet);

        var last = agent.Ledger.HelloState();
        agent.Outbox.Acknowledge(last.LastSequence, last.LastChain, last.LastSequence, []);
        var marker = new OwnMarker(last.Stream, last.LastSequence, last.LastChain) { DurableThrough = last.LastSequence };
        var covered = new Samples();
        Beside(agent, covered, () => Applied(agent.Cache.ApplyStorePage(new(last.Identity.Store, 0, 1, FeedHash.Start, [], marker))));
        Add(report, $"beside a marker that covers {Retained:N0} entries", covered);

        var pruned = new Samples();
        var longest = TimeSpan.Zero;
        Beside(agent, pruned, () => longest = agent.Pruner.Prune(underPressure: true, CancellationToken.None).LongestTransaction);
        Add(report, $"beside the pruning of {Retained:N0} entries", pruned);
        report.Add(new("  longest transaction of the pruning", longest.TotalMilliseconds, "ms", BoundMs, Goal.Ceiling()));
    }

    static void MeasureSnapshot(BenchmarkReport report, string directory)
    {
        using var agent = Agent.Open(new(directory), TimeProvider.System);
        var last = agent.Ledger.HelloState();
        agent.Outbox.Acknowledge(last.LastSequence, last.LastChain, 0, []);
        agent.Snapshots.Open(new(Guid.NewGuid()));
        var read = new Samples();
        var head = new FeedCursor(9, FeedHash.Start);
        Beside(agent, read, () =>
        {
            for (var from = 0; from < Products; from += RowsInOnePage)
            {
                var rows = Enumerable.Range(from, RowsInOnePage).Select(product => new SnapshotRow(ProductCode.Parse(Shop.Code(product)), 5_000, 7)).ToList();
                var after = from == 0 ? "" : Shop.Code(from - 1);
                var through = from + RowsInOnePage == Products ? "" : rows[^1].Product.Value;
                if (agent.Snapshots.Add(new(last.Identity.Store, after, through, head, rows, Products, false)) is not SnapshotOutcome.Stored) throw new InvalidOperationException("The rows were not taken.");
            }
        });
        Add(report, $"beside the reading of {Products:N0} rows of stock", read);

        var switched = new Samples();
        var marker = new OwnMarker(last.Stream, last.LastSequence, last.LastChain);
        Beside(agent, switched, () =>
        {
            if (agent.Snapshots.Lay(new(last.Identity.Store, head.Version, head.Version + 1, FeedHash.Start, [], marker), maySwitch: true) is not SnapshotOutcome.Switched)
                throw new InvalidOperationException("The snapshot was not shown.");
        });
        Add(report, $"beside the switch that covers {Pending:N0} entries", switched);

        var dropped = new Samples();
        Beside(agent, dropped, () =>
        {
            while (agent.Snapshots.DropOld(catalogueIsWhole: false))
            {
            }
        });
        Add(report, "beside the clearing away of what was shown before", dropped);
    }

    /// <summary>Sells for as long as the work takes, and a little before and after it.</summary>
    static void Beside(Agent agent, Samples sales, Action work)
    {
        var working = Task.Factory.StartNew(
            () =>
            {
                Thread.Sleep(20);
                work();
                Thread.Sleep(20);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!working.IsCompleted) Shop.Sell(agent, 1, Products, seed: sales.Count, (_, duration) => sales.Add(duration));
        working.GetAwaiter().GetResult();
    }

    static void Add(BenchmarkReport report, string what, Samples sales)
    {
        report.Add(new($"a sale {what}, p99", sales.Percentile(0.99), "ms", BoundMs, Goal.Ceiling()));
        // One of thousands waits for whatever the machine does: to be compared with the one that nothing was beside.
        report.Add(new("  the slowest", sales.Percentile(1), "ms", BoundMs));
    }

    static void Applied(PageOutcome outcome)
    {
        if (outcome is not PageOutcome.Applied) throw new InvalidOperationException($"{outcome}");
    }

    /// <summary>Filled on a memory disk, so that it takes seconds and not minutes.</summary>
    static string Filled(string directory, int entries)
    {
        var memory = Path.Combine("/dev/shm", $"edgeretail-bench-{Environment.ProcessId}-writer");
        try
        {
            using (var agent = LocalFigures.Open(memory, "W1"))
            {
                Shop.FillCache(agent, Products);
                Shop.Sell(agent, entries, Products, seed: 1);
            }

            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var file in Directory.EnumerateFiles(memory)) File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
            return directory;
        }
        finally
        {
            Directory.Delete(memory, recursive: true);
        }
    }
}
