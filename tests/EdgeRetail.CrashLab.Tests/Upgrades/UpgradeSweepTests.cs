using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using EdgeRetail.Checker;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.CrashLab.Tests.Shim;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Upgrades;

/// <summary>
/// A ledger of the first schema, full of entries that wait to be sent, under the executable of today: broken at the operations of
/// its migrations, and started again. No entry changes, and the receipts go on where they were.
/// </summary>
public sealed class UpgradeSweepTests
{
    const int QueuedSales = 40;
    const int ExitCodeKilled = 137;

    /// <summary>Kills come at every operation. Errors do too, but for the build's own executable, which starts slowly, at a desk.</summary>
    const int DeskErrorStride = 4;

    static readonly Stopwatch Watch = new();

    readonly LabRun lab = new("sweep of a migration");
    readonly TemporaryDirectory folder = TemporaryDirectory.InMemory();
    readonly LabDay day = new();
    readonly UpgradeFigures figures = new();
    LabDevice device = null!;
    LedgerImage queued = null!;
    (long First, long Last) migrating;

    [OneTimeSetUp]
    public async Task Queue()
    {
        Watch.Start();
        device = new(folder["queued"]);
        (await device.RunAsync(day.Enrol)).AssertOk();
        foreach (var command in day.Commands.Skip(1)) (await device.RunAsync(command)).AssertOk();
        await QueueAsync(device);
        queued = LedgerImage.Read(device);
        Assert.That((queued.Version, queued.Schema, queued.Queued), Is.EqualTo((1L, Schemas.At(1), (long)queued.Entries.Count)));
        migrating = await MigrateOnceAsync(device.CopyTo(folder["recorded"]));
    }

    [OneTimeTearDown]
    public void Close()
    {
        lab.Count(LabFigure.ProcessKills, figures.Kills);
        lab.End();
        day.Dispose();
        folder.Dispose();
    }

    [Test, Order(1)]
    public async Task A_migration_broken_at_any_operation_is_made_by_the_next_start_and_no_queued_entry_changes([Values] FaultKind kind)
    {
        var stride = kind == FaultKind.Kill || ProductExecutables.IsEdgeRetailPublished || Desk.IsCi ? 1 : DeskErrorStride;
        var first = migrating.First + ((int)kind % stride);
        var count = (int)((migrating.Last - first) / stride) + 1;
        var violations = new ConcurrentQueue<string>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (index, _) =>
        {
            var fault = new IoFault(kind, first + (index * stride));
            var broken = device.CopyTo(folder[$"{kind} {fault.Operation}"]);
            if (await BreakAsync(broken, fault, queued) is { } hurt) violations.Enqueue($"{fault} {hurt}");
            else if (await SellOnAsync(broken, queued) is { } violated) violations.Enqueue($"{fault} {violated}");
            else Directory.Delete(broken.Folder, recursive: true);
        });

        Assert.That(violations, Is.Empty, $"{violations.Count} violations, the first: {violations.FirstOrDefault()}");
    }

    [Test, Order(1)]
    public async Task A_migration_killed_in_every_start_a_step_later_each_time_is_made_by_the_first_that_is_let()
    {
        var broken = device.CopyTo(folder["killed again and again"]);
        var (operation, starts) = (migrating.First, 0L);
        for (var left = 1L; left < Schemas.Newest; starts++)
        {
            var violation = await BreakAsync(broken, new(FaultKind.Kill, operation), queued);
            Assert.That(violation, Is.Null, $"killed before operation {operation}: {violation}");
            // The next migration begins where this one did.
            operation = LedgerImage.Read(broken).Version is var reached && reached > left ? migrating.First : operation + 1;
            left = reached;
        }

        Assert.That(starts, Is.AtLeast(migrating.Last - migrating.First), "a kill for each operation");
        var violated = await SellOnAsync(broken, queued);
        Assert.That(violated, Is.Null, violated);
    }

    [Test, Order(2)]
    public void The_faults_left_every_schema_on_the_way()
    {
        TestContext.Progress.WriteLine($"Sweep of a migration, operations {migrating.First} to {migrating.Last}, {queued.Entries.Count} queued entries, {Watch.Elapsed.TotalSeconds:0} s: {figures}");
        if (figures.Kills == 0 && !Desk.IsCi) Assert.Ignore("Too few faults to tell: run the whole fixture.");
        using (Assert.EnterMultipleScope())
        {
            for (var version = 1L; version <= Schemas.Newest; version++) Assert.That(figures.Left(FaultKind.Kill, version), Is.Positive, $"kills that left schema {version}");
            Assert.That(figures.Misses, Is.LessThan(Math.Max(1, figures.Hits / 10)), "operations come in the same order each time");
        }
    }

    [Test, Order(3)]
    public async Task What_was_queued_before_a_broken_migration_arrives_after_it()
    {
        var known = new LabDevice(folder["known"]);
        await using var cloud = await LabCloud.StartAsync(async (enrol, address) =>
        {
            (await known.RunAsync(enrol)).AssertOk();
            foreach (var command in day.Commands.Skip(1)) (await known.RunAsync(command)).AssertOk();
            (await known.RunAsync("sync", "--timeout", "60", "--cloud", address)).AssertOk();
        });
        await QueueAsync(known);
        var image = LedgerImage.Read(known);
        Assert.That((image.Version, image.Queued), Is.EqualTo((1L, (long)QueuedSales)), "what came before is the cloud's, with the stock it made of it");
        var (first, last) = await MigrateOnceAsync(known.CopyTo(folder["known recorded"]));
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            // One in the first of the migrations, one in the last.
            foreach (var operation in (long[])[first + ((last - first) / 3), last - 1])
            {
                var fault = new IoFault(kind, operation);
                var broken = known.CopyTo(folder[$"drained {kind} {operation}"]);
                var violation = await BreakAsync(broken, fault, image) ?? await SellOnAsync(broken, image) ?? await DrainAsync(broken, cloud, image.Queued + 1);
                Assert.That(violation, Is.Null, $"{fault}: {violation}");
                Directory.Delete(broken.Folder, recursive: true);
            }
        }
    }

    /// <summary>Sells without a network, and leaves the ledger as the first release would have.</summary>
    static async Task QueueAsync(LabDevice lived)
    {
        await using (var agent = lived.Start())
        {
            await agent.LineAsync("\"event\":\"ready\"");
            using var api = lived.Api();
            for (var sale = 0; sale < QueuedSales; sale++) await api.PostAsync("/api/v1/sales", LabDay.SaleBody(sale));
            await agent.StopAsync();
        }

        Schemas.SetBackToFirst(lived.LedgerFile);
    }

    /// <summary>The operations from the first on the log to the sync of the last migration's commit, where nothing breaks.</summary>
    static async Task<(long First, long Last)> MigrateOnceAsync(LabDevice recorded)
    {
        await using (var agent = recorded.Start(await IoShim.EnvironmentAsync(recorded.Folder, recorded.RecordingFile)))
        {
            await agent.LineAsync("\"event\":\"ready\"");
            await agent.StopAsync();
        }

        Assert.That(LedgerImage.Read(recorded).Version, Is.EqualTo(Schemas.Newest));
        var log = IoRecording.Read(recorded.RecordingFile).Records.Where(record => record.Path.EndsWith("-wal", StringComparison.Ordinal) && record.Operation != IoOperation.Opened).ToList();
        var commits = log.Index().Where(each => IsCommit(each.Item)).Take((int)Schemas.Newest - 1).ToList();
        Assert.That(commits, Has.Count.EqualTo(Schemas.Newest - 1), "a commit for each migration");
        return (log[0].Number, log.Skip(commits[^1].Index).First(record => record.Operation == IoOperation.Synced).Number);
    }

    /// <summary>The head of a frame with the size of the database after it, which only a commit's last frame has.</summary>
    static bool IsCommit(IoRecord record) => record.Operation == IoOperation.Wrote && record.Data.Length == 24 && BinaryPrimitives.ReadUInt32BigEndian(record.Data.Span[4..]) != 0;

    /// <summary>Starts the agent with the fault; null where what lies there then is one of the schemas with all that was queued.</summary>
    async Task<string?> BreakAsync(LabDevice broken, IoFault fault, LedgerImage before)
    {
        string said;
        await using (var agent = broken.Start(await IoShim.EnvironmentAsync(broken.Folder, broken.RecordingFile, fault)))
        {
            said = await SaidAsync(agent);
            if (said == "ready") await agent.StopAsync();
            var exitCode = await agent.ExitAsync();
            if (agent.Output.Concat(agent.Errors).Any(line => line.Contains("   at EdgeRetail.", StringComparison.Ordinal))) return $"showed a stack trace\n{agent.Transcript()}";
            if (fault.Kind == FaultKind.Kill && IoRecording.Read(broken.RecordingFile).HasFault && exitCode != ExitCodeKilled) return $"was not killed\n{agent.Transcript()}";
            if (fault.Kind != FaultKind.Kill && said != "ready" && !said.StartsWith("LEDGER_", StringComparison.Ordinal)) return $"ended without a code of the ledger\n{agent.Transcript()}";
        }

        var isHit = IoRecording.Read(broken.RecordingFile).HasFault;
        File.Delete(broken.RecordingFile);
        var left = LedgerImage.Read(broken);
        if (left.Version < 1 || left.Version > Schemas.Newest || left.Schema != Schemas.At(left.Version)) return $"left half a migration: version {left.Version}\n{left.Schema}";
        if (!left.Entries.SequenceEqual(before.Entries, StringComparer.Ordinal)) return $"changed what was queued, at schema {left.Version}";
        if (isHit) figures.Count(fault.Kind, left.Version, said);
        else figures.Miss();
        return null;
    }

    /// <summary>Started again without a fault, it is of today, has every entry, and goes on with the next receipt.</summary>
    static async Task<string?> SellOnAsync(LabDevice broken, LedgerImage before)
    {
        await using (var agent = broken.Start())
        {
            await agent.LineAsync("\"event\":\"ready\"");
            using var api = broken.Api();
            var status = await api.GetAsync("/api/v1/status");
            var sold = await api.PostAsync("/api/v1/sales", LabDay.SaleBody(QueuedSales));
            var warnings = status.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("code").GetString()!).Where(code => code.StartsWith("LEDGER_", StringComparison.Ordinal) || code == "LOCAL_ROLLBACK").ToList();
            if (warnings.Count > 0) return $"is taken for {string.Join(", ", warnings)}";
            if (status.GetProperty("outbox").GetProperty("count").GetInt64() != before.Queued) return $"has another outbox: {status.GetProperty("outbox")}";
            if (sold.GetProperty("receipt").GetString() != $"T7-1-{before.NextReceipt:D6}") return $"numbered the next receipt {sold}";
            await agent.StopAsync();
        }

        var after = LedgerImage.Read(broken);
        if (after.Version != Schemas.Newest || after.Schema != Schemas.At(Schemas.Newest)) return $"has schema {after.Version}\n{after.Schema}";
        if (!after.Entries.Take(before.Entries.Count).SequenceEqual(before.Entries, StringComparer.Ordinal)) return "has other entries than were queued";
        return await LabVerdict.FaultAsync(broken, before.Entries.Count + 1);
    }

    /// <summary>All of it goes up to a cloud that had nothing of it, and the checker agrees about both sides.</summary>
    static async Task<string?> DrainAsync(LabDevice broken, LabCloud cloud, long entries)
    {
        var database = await cloud.CreateDatabaseAsync();
        var (serving, address) = await cloud.ServeAsync(database);
        await using (serving)
        {
            var synced = (await broken.RunAsync("sync", "--timeout", "60", "--cloud", address)).AssertOk().Json;
            if (synced.GetProperty("sent").GetInt64() != entries) return $"sent {synced}";
            await serving.StopAsync();
        }

        var report = await Check.RunAsync(new([broken.Folder], database + ";Pooling=false") { Quiescent = true });
        return report.Holds && report.Figures.Lost == 0
            ? null
            : $"the checker: {string.Join("; ", report.Invariants.Where(invariant => invariant.Holds is false).Select(invariant => $"{invariant.Id} {string.Join(", ", invariant.Offenders)}"))}";
    }

    /// <summary>"ready", the code of the refusal, or nothing where it was killed first.</summary>
    static async Task<string> SaidAsync(ProductProcess agent)
    {
        var line = await agent.LineAsync(line => line.Contains("\"event\":\"ready\"", StringComparison.Ordinal) || line.Contains("\"error\"", StringComparison.Ordinal), "ready or an error")
            .ContinueWith(task => task.IsCompletedSuccessfully ? task.Result : "", TaskScheduler.Default);
        if (line.Contains("\"event\":\"ready\"", StringComparison.Ordinal)) return "ready";
        await agent.ExitAsync();
        return line.Length == 0 ? "-" : JsonDocument.Parse(string.Join('\n', agent.Output)).RootElement.GetProperty("error").GetProperty("code").GetString() ?? "-";
    }
}
