using System.Globalization;
using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>States that a person should know of, as the device and the cloud's operators name them.</summary>
static class NamedStates
{
    /// <summary>Waits until both name the state, each with what to do.</summary>
    public static async Task ShowAsync(this Shop shop, Kiosk kiosk, string code)
    {
        var onDevice = await Eventually.Holds<JsonElement?>(async () => Find(await kiosk.StatusAsync(), code), state => state is not null, $"{kiosk.Name} says {code}");
        var inCloud = await Eventually.Holds<JsonElement?>(() => shop.FindStateAsync(kiosk, code), state => state is not null, $"the operators' API says {code} of {kiosk.Code}");
        TestContext.Out.WriteLine($"{onDevice}\n{inCloud}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(onDevice!.Value.GetProperty("nextStep").GetString(), Is.Not.Empty);
            Assert.That(inCloud!.Value.GetProperty("nextStep").GetString(), Is.Not.Empty);
        }
    }

    public static async Task<JsonElement?> FindStateAsync(this Shop shop, Kiosk kiosk, string code)
    {
        var id = Convert.ToInt32(await shop.ScalarAsync("select device_id from device where device_code = $1", kiosk.Code), CultureInfo.InvariantCulture);
        return Find((await shop.Replica.GetAsync($"/api/v1/devices/{id}")).Body.GetProperty("device"), code);
    }

    static JsonElement? Find(JsonElement of, string code) =>
        of.GetProperty("conditions").EnumerateArray().Where(condition => condition.GetProperty("code").GetString() == code).Select(condition => (JsonElement?)condition).FirstOrDefault();
}
