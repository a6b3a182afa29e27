using System.Diagnostics;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.TestKit;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.Benchmarks;

/// <summary>What a till does by itself: commit a sale, search, and the same after a million sales.</summary>
static class LocalFigures
{
    const int Products = 20_000;
    const int SearchProducts = 100_000;
    const int Commits = 3_000;
    const int Million = 1_000_000;
    const int Slice = 50_000;

    public static void Measure(BenchmarkReport report)
    {
        using var folder = new TemporaryDirectory();
        MeasureCommit(report, folder);
        MeasureSearch(report, folder["search"]);
    }

    /// <summary>On a memory disk, so that what is seen is the ledger's own cost and not the disk's.</summary>
    public static void MeasureFlatness(BenchmarkReport report)
    {
        var directory = Path.Combine("/dev/shm", $"edgeretail-bench-{Environment.ProcessId}");
        try
        {
            using var agent = Open(directory, "M1");
            Shop.FillCache(agent, Products);
            var (first, last) = (new Samples(), new Samples());
            Shop.Sell(agent, Million, Products, seed: 4, (sale, duration) =>
            {
                if (sale is >= 1_000 and < 1_000 + Slice) first.Add(duration);
                else if (sale >= Million - Slice) last.Add(duration);
            });
            report.Add(new("sale commit, first 50,000 (memory disk), p50", first.Percentile(0.5) * 1000, "µs"));
            report.Add(new("sale commit, last of 1,000,000, p50", last.Percentile(0.5) * 1000, "µs", first.Percentile(0.5) * 1000, Goal.Ceiling(1.3)));
        }
        finally
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
    }

    public static Agent Open(string directory, string code)
    {
        var options = new AgentOptions(directory);
        Agent.Enrol(options, TimeProvider.System, new DeviceEnrolment(
            new("http://127.0.0.1:1"), new(77), code, "erd_bench", new(Guid.NewGuid()), "1", new(1), 1, "Bench", Currency.Parse("EUR"), "Europe/Berlin", 240, 1));
        return Agent.Open(options, TimeProvider.System);
    }

    static void MeasureCommit(BenchmarkReport report, TemporaryDirectory folder)
    {
        var ours = new Samples();
        var directory = folder["commit"];
        List<(byte[] Id, byte[] Bytes, byte[] Hash)> rows = [];
        using (var agent = Open(directory, "L1"))
        {
            Shop.FillCache(agent, Products);
            Shop.Sell(agent, Commits, Products, seed: 1, (_, duration) => ours.Add(duration));
            rows.AddRange(EntryRows(directory));
        }

        using var limit = new SqliteLimit(folder.Path);
        var floor = new Samples();
        for (var i = 0; i < rows.Count; i++) floor.Add(limit.CommitSale(i + 1, rows[i].Id, rows[i].Bytes, rows[i].Hash, Shop.Code(i % Products)));

        report.Add(new("sale commit on the device, p50", ours.Percentile(0.5), "ms", floor.Percentile(0.5)));
        report.Add(new("sale commit on the device, p99", ours.Percentile(0.99), "ms", floor.Percentile(0.99)));
    }

    static void MeasureSearch(BenchmarkReport report, string directory)
    {
        using var agent = Open(directory, "L2");
        Shop.FillCache(agent, SearchProducts);
        var random = new Random(2);
        var samples = new Samples();
        for (var i = 0; i < 2_000; i++)
        {
            var name = Shop.Name(random.Next(SearchProducts));
            var typed = (i % 4) switch
            {
                0 => name[..Math.Min(name.Length, 3)],
                1 => name[..Math.Min(name.Length, 8)],
                2 => string.Join(' ', name.Split(' ').TakeLast(2)),
                _ => Shop.Code(random.Next(SearchProducts)),
            };
            var started = Stopwatch.GetTimestamp();
            _ = agent.Queries.SearchProducts(typed, 20);
            samples.Add(Stopwatch.GetElapsedTime(started));
        }

        report.Add(new("search in 100,000 products, p50", samples.Percentile(0.5), "ms"));
        report.Add(new("search in 100,000 products, p99", samples.Percentile(0.99), "ms", 20, Goal.Ceiling()));
    }

    /// <summary>The entries of a ledger, read as anyone may read them.</summary>
    public static IEnumerable<(byte[] Id, byte[] Bytes, byte[] Hash)> EntryRows(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "ledger.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT entry_id, bytes, hash FROM entry ORDER BY position";
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return (reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2));
    }
}
