using System.Text.Json;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.CrashLab.Tests.Shim;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>Lives that are recorded once, to cut the power of as often as one likes.</summary>
static class RecordedRuns
{
    public static readonly IReadOnlyList<string> Names = ["every command once", "sixty sales, a process each", "an agent that sells and is killed", "an agent that sells, stops and starts"];

    public static async Task<RecordedRun> RecordAsync(string name, LabDay day, TemporaryDirectory folder)
    {
        var device = new LabDevice(folder[$"run {Array.IndexOf([.. Names], name)}"]);
        (await device.RecordAsync(day.Enrol)).Outcome.AssertOk();
        switch (Array.IndexOf([.. Names], name))
        {
            case 0:
                foreach (var command in day.Commands.Skip(1)) (await device.RecordAsync(command)).Outcome.AssertOk();
                break;
            case 1:
                for (var sale = 0; sale < 60; sale++) (await device.RecordAsync(LabDay.Sale(sale))).Outcome.AssertOk();
                break;
            case 2:
                await SellAsync(device, 120, stops: false);
                break;
            default:
                await SellAsync(device, 40, stops: true);
                await SellAsync(device, 40, stops: true);
                await SellAsync(device, 20, stops: false);
                break;
        }

        var recording = IoRecording.Read(device.RecordingFile);
        return new(name, device.Folder, recording);
    }

    static async Task SellAsync(LabDevice device, int sales, bool stops)
    {
        await using var agent = device.Start(await IoShim.EnvironmentAsync(device.Folder, device.RecordingFile));
        await agent.LineAsync("\"event\":\"ready\"");
        using var api = device.Api();
        for (var sale = 0; sale < sales; sale++)
        {
            JsonElement answer = await api.PostAsync("/api/v1/sales", LabDay.SaleBody(sale));
            Assert.That(answer.GetProperty("replayed").GetBoolean(), Is.False);
        }

        if (stops) await agent.StopAsync();
        else await agent.KillAsync();
    }
}
