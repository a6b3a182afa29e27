using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>
/// The replica dies, or its line to the database breaks, exactly before or exactly after a commit: of a batch, of a session's
/// opening, of a page that is read, of a device's status, of a durable mark and of its publication. Nothing is lost and nothing
/// is counted twice, whichever side of the commit it was.
/// </summary>
public sealed class FailpointTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_replica_killed_at_a_commit_stores_every_sale_once([ValueSource(nameof(OneSeed))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var lab = await OpenAsync();
        // A batch is where it matters, and each side of it comes four times.
        foreach (var point in Drawn(random, [.. Failpoint.All, .. OfBatches, .. OfBatches, .. OfBatches]))
        {
            await lab.FireAsync(point, random, lab.Shop.Replica.KillAsync);
            Tally.Count("replicas killed");
            await lab.Shop.Replica.StartAsync();
        }

        await lab.EndAsync();
    }

    [Test]
    public async Task A_line_to_the_database_cut_at_a_commit_stores_every_sale_once([ValueSource(nameof(OneSeed))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var lab = await OpenAsync();
        for (var round = 0; round < 12; round++)
        {
            foreach (var point in Drawn(random, [.. OfBatches, .. OfBatches, .. Failpoint.All.Where(point => point.Work == DatabaseWork.SessionOpening || point.Work == DatabaseWork.StorePage), Failpoint.All[random.Next(Failpoint.All.Count)]]))
            {
                await lab.FireAsync(point, random);
                Tally.Count($"lines cut {point}");
            }
        }

        Assert.That(lab.Shop.Replica.Process.HasExited, Is.False, "a replica outlives its connections");
        await lab.EndAsync();
    }

    static IEnumerable<int> OneSeed => Seeds.Of(1);

    static IEnumerable<Failpoint> OfBatches => Failpoint.All.Where(point => point.Work == DatabaseWork.Ingest);

    static Failpoint[] Drawn(Random random, Failpoint[] points)
    {
        random.Shuffle(points);
        return points;
    }

    static async Task<Lab> OpenAsync()
    {
        // What is archived is nowhere: nothing is restored here, and durable marks are to be published.
        var cluster = await Cluster.OpenAsync("archive_mode=on", "archive_command=true", "wal_level=replica");
        var lab = new Lab(cluster, new(cluster.Port), await Shop.OpenOverAsync(cluster.ConnectionString));
        try
        {
            await lab.Shop.AddReplicaAsync(cluster.ConnectionStringAt(lab.Wire.Port), "--durability", "archive", "--durability-every", "1");
            await lab.SellAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>One replica behind a wire with failpoints, and two devices that sell.</summary>
    sealed record Lab(Cluster Cluster, PostgresWire Wire, Shop Shop) : IAsyncDisposable
    {
        readonly List<Customers> customers = [];

        public async Task SellAsync()
        {
            var kiosks = new[] { await Shop.AddKioskAsync(), await Shop.AddKioskAsync(Surroundings.SecondStore) };
            customers.AddRange(kiosks.Select((kiosk, number) => new Customers(kiosk, number, TimeSpan.FromMilliseconds(40))));
        }

        /// <summary>Waits for the moment, with devices that do not wait, and brings about what else it needs.</summary>
        public async Task FireAsync(Failpoint point, Random random, Func<Task>? act = null)
        {
            var fired = Wire.Arm(point, act);
            using var deadline = new CancellationTokenSource(Patience);
            while (!fired.IsCompleted)
            {
                Assert.That(deadline.IsCancellationRequested, Is.False, $"{point} has not come");
                if (point.Work == DatabaseWork.SessionOpening) Shop.Kiosks[random.Next(Shop.Kiosks.Count)].Link.Cut();
                if (point.Work == DatabaseWork.DurablePublication) await Cluster.ExecuteAsync("select pg_switch_wal()");
                await Task.WhenAll(Shop.Kiosks.Select(kiosk => kiosk.NudgeAsync()));
                await Task.WhenAny(fired, Task.Delay(TimeSpan.FromMilliseconds(100)));
            }

            await fired;
        }

        public async Task EndAsync()
        {
            foreach (var queue in customers) await queue.StopAsync();
            await Shop.DrainAsync();
            await Shop.CheckAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var queue in customers) await queue.DisposeAsync();
            await Shop.DisposeAsync();
            await Wire.DisposeAsync();
            await Cluster.DisposeAsync();
        }
    }
}
