using System.Collections.Concurrent;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.BitFlips;

/// <summary>
/// Single bits that rot in the files of a device. What changes the content of the ledger is noticed: by SQLite's own check,
/// by the agent's opening, or by <c>verify</c>.
/// </summary>
public sealed class BitFlipTests
{
    const int DatabaseFlips = 1200;
    const int LogFlips = 300;
    const int Workers = 2;

    readonly LabRun lab = new("rotten bits");
    readonly TemporaryDirectory folder = TemporaryDirectory.InMemory();
    readonly LabDay day = new();
    LabDevice closed = null!;
    LabDevice killed = null!;

    [OneTimeSetUp]
    public async Task Sell()
    {
        closed = new(folder["closed"]);
        foreach (var command in day.Commands) (await closed.RunAsync(command)).AssertOk();
        await SellAsync(closed, 400, stops: true);
        killed = closed.CopyTo(folder["killed"]);
        await SellAsync(killed, 20, stops: false);
    }

    [OneTimeTearDown]
    public void Close()
    {
        lab.End();
        day.Dispose();
        folder.Dispose();
    }

    [Test]
    public void A_bit_that_rots_in_the_database_is_noticed()
    {
        var sound = LedgerContent.Read(closed.LedgerFile, out _)!;
        var verdicts = Flip(closed, "ledger.db", DatabaseFlips, device =>
        {
            var content = LedgerContent.Read(device.LedgerFile, out _);
            if (content is null) return new("the file", true, NoticedByAgent(device) ?? "integrity_check");
            return LedgerContent.FirstDifference(sound, content) is { } table ? new(table, true, NoticedByAgent(device)) : new("unused bytes", false, null);
        });

        var changed = verdicts.Where(verdict => verdict.ChangedContent).ToList();
        var unnoticed = changed.Where(verdict => verdict.NoticedBy is null).ToList();
        TestContext.Progress.WriteLine(
            $"{DatabaseFlips} bits of the database: {changed.Count} changed content, {changed.Count - unnoticed.Count} of them noticed ({100.0 * (changed.Count - unnoticed.Count) / changed.Count:0.0} %)\n"
            + $"  noticed by: {Tally(changed.Where(verdict => verdict.NoticedBy is not null).Select(verdict => verdict.NoticedBy!))}\n"
            + $"  unnoticed in: {Tally(unnoticed.Select(verdict => verdict.Where))}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(changed, Has.Count.AtLeast(DatabaseFlips / 10));
            Assert.That(unnoticed.Count * 100, Is.AtMost(changed.Count), "99 % are noticed");
            Assert.That(unnoticed.Where(verdict => verdict.Where is "entry" or "command" or "receipt" or "stream" or "pending").Select(verdict => verdict.Where), Is.Empty, "what the ledger promises to keep");
        }
    }

    [Test]
    public void A_bit_that_rots_in_the_log_leaves_whole_commits()
    {
        var sound = LedgerContent.Read(killed.CopyTo(folder["read"]).LedgerFile, out _)!["entry"];
        var verdicts = Flip(killed, "ledger.db-wal", LogFlips, device =>
        {
            var noticed = NoticedByAgent(device);
            if (LedgerContent.Read(device.LedgerFile, out var refusal) is not { } content) return new($"damaged: {refusal}", true, noticed);
            var entries = content["entry"];
            return entries.SequenceEqual(sound, StringComparer.Ordinal) ? new("a page that was written again", false, noticed)
                : entries.SequenceEqual(sound.Take(entries.Count), StringComparer.Ordinal) ? new("the end of the log", true, noticed)
                : new("not the first entries", true, noticed);
        });

        TestContext.Progress.WriteLine($"{LogFlips} bits of the log: {Tally(verdicts.Select(verdict => $"{verdict.Where}{(verdict.ChangedContent ? verdict.NoticedBy is null ? ", unnoticed" : ", noticed" : "")}"))}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdicts.Where(verdict => verdict.ChangedContent && verdict.Where != "the end of the log").Select(verdict => verdict.Where), Is.Empty, "SQLite's checksums end the log before the rotten frame");
            if (LabPromises.NoticesLostTail) Assert.That(verdicts.Where(verdict => verdict.ChangedContent && verdict.NoticedBy is null), Is.Empty);
        }
    }

    [Test]
    public async Task A_ledger_that_cannot_be_read_is_dealt_with_and_none_of_its_bytes_is_lost([Values("header", "truncated", "garbage")] string damage)
    {
        var device = closed.CopyTo(folder[damage]);
        var bytes = await File.ReadAllBytesAsync(device.LedgerFile);
        if (damage == "header") bytes.AsSpan(0, 100).Fill(0xA5);
        else if (damage == "garbage") new Random(1).NextBytes(bytes.AsSpan(8192, 16384));
        else bytes = bytes[..(bytes.Length / 2)];
        await File.WriteAllBytesAsync(device.LedgerFile, bytes);

        var sold = await device.RunAsync(LabDay.Sale(1));
        if (LabPromises.SalvagesDamagedLedgers)
        {
            sold.AssertOk();
            Assert.That(Directory.EnumerateFiles(device.Folder, "*", SearchOption.AllDirectories).Any(file => File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes)), Is.True, "the damaged file is set aside as it was");
            var verified = await device.RunAsync("verify");
            Assert.That(verified.ExitCode, Is.Zero, $"what was saved agrees with itself: {verified}");
        }
        else
        {
            sold.AssertRefused(4, "LEDGER_DAMAGED");
            Assert.That(await File.ReadAllBytesAsync(device.LedgerFile), Is.EqualTo(bytes), "nobody writes into a damaged ledger");
        }
    }

    static async Task SellAsync(LabDevice device, int sales, bool stops)
    {
        await using var agent = device.Start();
        await agent.LineAsync("\"event\":\"ready\"");
        using var api = device.Api();
        for (var sale = 0; sale < sales; sale++) await api.PostAsync("/api/v1/sales", LabDay.SaleBody(sale));
        if (stops) await agent.StopAsync();
        else await agent.KillAsync();
    }

    ConcurrentBag<FlipVerdict> Flip(LabDevice original, string file, int flips, Func<LabDevice, FlipVerdict> judge)
    {
        var sound = File.ReadAllBytes(Path.Combine(original.Folder, file));
        var verdicts = new ConcurrentBag<FlipVerdict>();
        Parallel.For(0, Workers, worker =>
        {
            var random = new Random(worker);
            for (var flip = 0; flip < flips / Workers; flip++)
            {
                var device = original.CopyTo(folder[$"flip {file} {worker}"]);
                var rotten = (byte[])sound.Clone();
                rotten[random.Next(rotten.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(Path.Combine(device.Folder, file), rotten);
                verdicts.Add(judge(device));
            }
        });
        return verdicts;
    }

    /// <summary>The agent's own code, in this process: a thousand processes would say the same in a minute more.</summary>
    static string? NoticedByAgent(LabDevice device)
    {
        try
        {
            using var agent = Agent.Open(new(device.Folder), TimeProvider.System);
            if (agent.OpeningNotes is [var note, ..]) return $"open: {note.Split(':')[0]}";
            return agent.Verifier.Verify().FirstOrDefault(invariant => invariant.Holds == false)?.Id;
        }
        catch (LedgerException e)
        {
            return $"open: {e.Code}";
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or InvalidCastException or OverflowException)
        {
            return $"open: {e.GetType().Name}";
        }
    }

    static string Tally(IEnumerable<string> words)
    {
        var counts = words.GroupBy(word => word, StringComparer.Ordinal).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}").ToList();
        return counts.Count == 0 ? "nothing" : string.Join(", ", counts);
    }
}
