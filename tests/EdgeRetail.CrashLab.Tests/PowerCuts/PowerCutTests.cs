using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>
/// kill -9 leaves the page cache in place, so it cannot show what a power cut does. Here runs of the real executable are
/// recorded, and disks rebuilt in which what was not synced is kept, lost, torn or reordered.
/// </summary>
public sealed class PowerCutTests
{
    const int Workers = 2;

    readonly LabRun lab = new("power cuts");
    readonly TemporaryDirectory folder = TemporaryDirectory.InMemory();
    readonly LabDay day = new();
    readonly Dictionary<string, RecordedRun> runs = [];

    static IReadOnlyList<string> RunNames => RecordedRuns.Names;

    /// <summary>EDGERETAIL_CRASH_STATES: so many disks in all, for an evening.</summary>
    static int StatesOfARun => (int.TryParse(Environment.GetEnvironmentVariable("EDGERETAIL_CRASH_STATES"), CultureInfo.InvariantCulture, out var states) ? states : 20_800) / RecordedRuns.Names.Count;

    static int Seed => int.TryParse(Environment.GetEnvironmentVariable("EDGERETAIL_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [OneTimeSetUp]
    public async Task Record()
    {
        foreach (var name in RecordedRuns.Names) runs.Add(name, await RecordedRuns.RecordAsync(name, day, folder));
    }

    [OneTimeTearDown]
    public void Close()
    {
        lab.End();
        day.Dispose();
        folder.Dispose();
    }

    [Test]
    public void A_power_cut_loses_nothing_that_was_confirmed_and_leaves_whole_commits([ValueSource(nameof(RunNames))] string run)
    {
        var recorded = runs[run];
        var watch = Stopwatch.StartNew();
        var states = Look(recorded, SyncBelief.AsRecorded, StatesOfARun);
        TestContext.Progress.WriteLine(
            $"{run}: {recorded.Records.Count} records, {recorded.Entries.Count} entries, {states.Count} disks in {watch.Elapsed.TotalSeconds:0.0} s, {states.Count / watch.Elapsed.TotalSeconds:0} a second");
        lab.Count(LabFigure.CrashStates, states.Count);
        var violations = states.Select(state => state.Violation).OfType<string>().ToList();
        Assert.That(violations, Is.Empty, $"{violations.Count} violations, the first: {violations.FirstOrDefault()}");
    }

    [Test]
    public void The_lab_sees_that_synchronous_NORMAL_loses_confirmed_sales_and_damages_nothing()
    {
        var states = Look(runs[RunNames[2]], SyncBelief.NormalForEntries, 400);
        var lost = states.Count(state => state.LostConfirmed > 0);
        TestContext.Progress.WriteLine($"Without a sync at the commit: {lost} of {states.Count} disks lost confirmed sales, at most {states.Max(state => state.LostConfirmed)}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lost, Is.AtLeast(states.Count / 4), "a lab that does not see this sees nothing");
            Assert.That(states.Count(state => state.IsDamaged), Is.Zero);
        }
    }

    [Test]
    public void The_lab_sees_a_card_that_does_not_sync()
    {
        var states = Look(runs[RunNames[1]], SyncBelief.CardLies, 400);
        var violated = states.Count(state => state.Violation is not null);
        TestContext.Progress.WriteLine($"On a card that lies: {violated} of {states.Count} disks violate something, {states.Count(state => state.IsDamaged)} are damaged");
        Assert.That(violated, Is.AtLeast(states.Count / 4));
    }

    [Test]
    public async Task The_executable_opens_what_a_power_cut_left_and_sells_on([ValueSource(nameof(RunNames))] string run)
    {
        var device = new LabDevice(folder[$"cut {Array.IndexOf([.. RunNames], run)}"]);
        var opened = 0;
        foreach (var cut in new PowerCutReplay(runs[run], SyncBelief.AsRecorded, Seed + 100, device.Folder).Cut(30))
        {
            if (!cut.IsEnrolled) continue;
            var fault = await FaultAsync(device, cut);
            Assert.That(fault, Is.Null, $"{cut.Name}: {fault}");
            opened++;
        }

        Assert.That(opened, Is.Positive);
    }

    static async Task<string?> FaultAsync(LabDevice device, PowerCut cut)
    {
        var verified = await device.RunAsync("verify");
        if (verified.ExitCode != 0) return verified.ToString();
        var entries = device.CountEntries().Entries;
        if (entries < cut.ConfirmedThrough) return $"{cut.ConfirmedThrough} were confirmed, {entries} are there";
        var sold = await device.RunAsync(LabDay.Sale(0));
        return sold.ExitCode == 0 ? await LabVerdict.FaultAsync(device, entries + 1) : sold.ToString();
    }

    ConcurrentBag<PowerCutState> Look(RecordedRun run, SyncBelief belief, int states)
    {
        var found = new ConcurrentBag<PowerCutState>();
        Parallel.For(0, Workers, worker =>
        {
            var replay = new PowerCutReplay(run, belief, (Seed * Workers) + worker, folder[$"disk {belief} {worker}"]);
            foreach (var cut in replay.Cut(states / Workers)) found.Add(replay.Look(cut));
        });
        return found;
    }
}
