using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.CrashLab.Tests.Shim;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Sweep;

/// <summary>
/// Every command of a day, killed and failed at every operation on its files. Whoever gave the command gives it again; then
/// it stands in the ledger once, and nothing that was confirmed is gone.
/// </summary>
public sealed class CommandSweepTests
{
    const int FaultsMin = 400;

    /// <summary>Every operation is killed; errors come at every second, the one kind at those that the other leaves out.</summary>
    const int ErrorStride = 2;

    /// <summary>Making a device has three times the operations of the others.</summary>
    const int EnrolErrorStride = 4;

    /// <summary>Of the build's own executable, which starts slowly, at a desk.</summary>
    const int DeskStride = 6;

    static readonly SweepFigures Figures = new();
    static readonly Stopwatch Watch = new();

    readonly LabRun lab = new("sweep of commands");
    readonly TemporaryDirectory folder = TemporaryDirectory.InMemory();
    readonly LabDay day = new();
    readonly List<(LabCommand Command, LabDevice Before, long Operations, long EntriesAfter)> stages = [];
    readonly HashSet<(IoOperation Operation, string File)> seen = [];

    static IEnumerable<string> CommandNames
    {
        get
        {
            using var names = new LabDay();
            return [.. names.Commands.Select(command => command.Name)];
        }
    }

    [OneTimeSetUp]
    public async Task Live_the_day_once()
    {
        TestContext.Progress.WriteLine($"The crash lab runs {ProductExecutables.EdgeRetail}");
        Watch.Start();
        var device = new LabDevice(folder["device"]);
        foreach (var command in day.Commands)
        {
            var before = device.CopyTo(folder[$"before {stages.Count}"]);
            var (outcome, recording) = await device.RunShimmedAsync(command);
            outcome.AssertOk();
            seen.UnionWith(recording.Records.Select(record => (record.Operation, Path.GetRelativePath(device.Folder, record.Path.Length > 0 ? record.Path : device.Folder))));
            stages.Add((command, before, recording.OperationCount, device.CountEntries().Entries));
        }
    }

    [OneTimeTearDown]
    public void Close()
    {
        lab.Count(LabFigure.ProcessKills, Figures.Kills);
        lab.End();
        day.Dispose();
        folder.Dispose();
    }

    [TestCase(IoOperation.Created, "agent.lock", Description = "opened by a name that .NET looks up itself")]
    [TestCase(IoOperation.Wrote, "agent.lock")]
    [TestCase(IoOperation.Wrote, "hwm")]
    [TestCase(IoOperation.Synced, "hwm", Description = "synced by such a name")]
    [TestCase(IoOperation.SyncedDirectory, ".", Description = "both")]
    [TestCase(IoOperation.Synced, "ledger.db-wal")]
    public void Faults_come_at_everything_that_is_done_to_the_files(object operation, string file) => Assert.That(seen, Does.Contain(((IoOperation)operation, file)));

    [Test, Order(1)]
    public async Task A_command_broken_at_each_operation_is_recorded_once([ValueSource(nameof(CommandNames))] string command, [Values] FaultKind fault)
    {
        var (lived, before, operations, entries) = stages.Single(stage => stage.Command.Name == command);
        var stride = !ProductExecutables.IsEdgeRetailPublished && !Desk.IsCi ? DeskStride : fault == FaultKind.Kill ? 1 : lived.Enrols ? EnrolErrorStride : ErrorStride;
        var last = operations - ((int)fault % stride);
        var violations = new ConcurrentQueue<string>();
        await Parallel.ForAsync(0, ((last - 1) / stride) + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (index, _) =>
        {
            // From the end: there the files beside the ledger are written.
            var operation = last - (index * stride);
            var device = before.CopyTo(folder[$"{command} {fault} {operation}"]);
            if (await new SweepCase(lived, new(fault, operation), entries).RunAsync(device, Figures) is { } violation) violations.Enqueue(violation);
            else if (Directory.Exists(device.Folder)) Directory.Delete(device.Folder, recursive: true);
            File.Delete(device.RecordingFile);
        });

        Assert.That(violations, Is.Empty, $"{violations.Count} violations, the first: {violations.FirstOrDefault()}");
    }

    [Test, Order(2)]
    public void The_faults_hit_before_and_after_the_commit()
    {
        TestContext.Progress.WriteLine($"Sweep of commands, {Watch.Elapsed.TotalSeconds:0} s: {Figures}");
        if (Figures.Hits < FaultsMin && !Desk.IsCi) Assert.Ignore("Too few faults to tell: run the whole fixture.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Figures.Hits, Is.AtLeast(FaultsMin));
            Assert.That(Figures.NotRecorded, Is.AtLeast(50), "faults before the commit");
            Assert.That(Figures.Recorded, Is.AtLeast(50), "faults after the commit");
            Assert.That(Figures.Misses, Is.LessThan(Figures.Hits / 10), "operations come in the same order each time");
        }
    }
}
