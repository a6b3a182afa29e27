using System.Text.Json;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.CrashLab.Tests.Shim;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Sweep;

/// <summary>
/// The agent as a service, killed and failed while it starts, sells and stops. The page sends a basket until it hears "sold";
/// a refusal for trouble of the disk is not the basket's end.
/// </summary>
public sealed class AgentSweepTests
{
    const int Baskets = 6;
    const int FaultsOfAKind = 16;

    readonly LabRun lab = new("sweep of the agent");
    readonly TemporaryDirectory folder = TemporaryDirectory.InMemory();
    readonly LabDay day = new();
    readonly SweepFigures figures = new();
    LabDevice enrolled = null!;
    long operations;

    [OneTimeSetUp]
    public async Task Sell_once()
    {
        enrolled = new(folder["enrolled"]);
        (await enrolled.RunAsync(day.Enrol)).AssertOk();
        var device = enrolled.CopyTo(folder["recorded"]);
        await using var agent = device.Start(await IoShim.EnvironmentAsync(device.Folder, device.RecordingFile));
        await agent.LineAsync("\"event\":\"ready\"");
        using var api = device.Api();
        for (var basket = 0; basket < Baskets; basket++) await api.PostAsync("/api/v1/sales", LabDay.SaleBody(basket));
        await agent.StopAsync();
        operations = IoRecording.Read(device.RecordingFile).OperationCount;
    }

    [OneTimeTearDown]
    public void Close()
    {
        lab.Count(LabFigure.ProcessKills, figures.Kills);
        lab.End();
        TestContext.Progress.WriteLine($"Sweep of the agent, {operations} operations: {figures}");
        day.Dispose();
        folder.Dispose();
    }

    [Test]
    public async Task An_agent_broken_at_any_operation_sells_each_basket_once([Values] FaultKind kind)
    {
        for (var number = 0; number < FaultsOfAKind; number++)
        {
            var fault = new IoFault(kind, 1 + (((number * 5) + (int)kind) * operations / ((FaultsOfAKind * 5) + 5)));
            var device = enrolled.CopyTo(folder[$"{kind} {number}"]);
            var violation = await FaultAsync(device, fault);
            Assert.That(violation, Is.Null, $"{kind} at operation {fault.Operation} of {operations}: {violation}");
            Directory.Delete(device.Folder, recursive: true);
        }
    }

    async Task<string?> FaultAsync(LabDevice device, IoFault fault)
    {
        var baskets = Enumerable.Range(0, Baskets).Select(LabDay.SaleBody).ToList();
        var confirmed = new Guid?[Baskets];
        string? code = null;
        await using (var agent = device.Start(await IoShim.EnvironmentAsync(device.Folder, device.RecordingFile, fault)))
        {
            if (await IsReadyAsync(agent)) code = await SellAsync(device, baskets, confirmed);
            if (agent.Errors.Any(line => line.Contains("   at EdgeRetail.", StringComparison.Ordinal))) return agent.Transcript();
            if (!agent.HasExited) await agent.StopAsync();
        }

        var hit = IoRecording.Read(device.RecordingFile).HasFault;
        File.Delete(device.RecordingFile);
        var recordedBefore = 0;
        await using (var agent = device.Start())
        {
            await agent.LineAsync("\"event\":\"ready\"");
            using var api = device.Api();
            for (var basket = 0; basket < Baskets; basket++)
            {
                var (entry, isReplayed) = Read(await api.PostAsync("/api/v1/sales", baskets[basket]));
                if (confirmed[basket] is { } told && (told != entry || !isReplayed)) return $"basket {basket} was confirmed as {told}, and is {entry}{(isReplayed ? "" : ", recorded again")}";
                if (isReplayed) recordedBefore++;
            }

            await agent.StopAsync();
        }

        if (hit) figures.Count(fault.Kind, code, recordedBefore > 0);
        else figures.Miss();
        return await LabVerdict.FaultAsync(device, Baskets);
    }

    /// <summary>False where it ended before it was: with the fault in its start.</summary>
    static async Task<bool> IsReadyAsync(ProductProcess agent)
    {
        var line = await agent.LineAsync(line => line.Contains("\"event\":\"ready\"", StringComparison.Ordinal) || line.Contains("\"error\"", StringComparison.Ordinal), "ready or an error")
            .ContinueWith(task => task.IsCompletedSuccessfully ? task.Result : "", TaskScheduler.Default);
        return line.Contains("ready", StringComparison.Ordinal);
    }

    /// <summary>Each basket is tried twice: a disk may work again. The last refusal's code.</summary>
    static async Task<string?> SellAsync(LabDevice device, List<object> baskets, Guid?[] confirmed)
    {
        string? code = null;
        using var api = device.Api();
        for (var attempt = 0; attempt < 2 * Baskets; attempt++)
        {
            var basket = attempt / 2;
            if (confirmed[basket] is not null) continue;
            try
            {
                confirmed[basket] = Read(await api.PostAsync("/api/v1/sales", baskets[basket])).Entry;
            }
            catch (KioskRefusal refusal)
            {
                Assert.That(refusal.Code, Does.StartWith("LEDGER_"), refusal.Message);
                code = refusal.Code;
            }
            catch (HttpRequestException)
            {
                return code;
            }
        }

        return code;
    }

    static (Guid Entry, bool IsReplayed) Read(JsonElement answer) => (answer.GetProperty("entryId").GetGuid(), answer.GetProperty("replayed").GetBoolean());
}
