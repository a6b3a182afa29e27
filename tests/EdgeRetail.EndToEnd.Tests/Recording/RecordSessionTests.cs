using System.Text.Json;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.Recording;

/// <summary>
/// Has the session of this version that later ones have to live with; with EDGERETAIL_RECORD=1 it is kept in tests/Recordings/unreleased.
/// </summary>
public sealed class RecordSessionTests
{
    static readonly string[] DeviceFiles = ["ledger.db", "hwm", "identity.json", "device.token"];

    [Test]
    public async Task A_session_with_an_entry_of_every_kind_is_recorded()
    {
        var recorded = Environment.GetEnvironmentVariable("EDGERETAIL_RECORD") == "1";
        await using var shop = await Shop.OpenAsync();
        await using var gate = await RecordingGate.OpenAsync(shop.Replica.GrpcAddress);
        var kiosk = await shop.AddKioskAsync(start: false);
        kiosk.Link.TargetPort = gate.Port;
        await File.WriteAllTextAsync(shop["stock.csv"], $"code,quantity\n{Goods.Codes[0]},24\n{Goods.Codes[40]},3.250\n");
        foreach (var command in (string[][])
        [
            ["open", shop["stock.csv"]],
            ["sell", Goods.Codes[0] + "*2", "--unknown", "--description", "as typed", "--price", "1.29"],
            ["sell", Goods.Codes[1], "--unknown", "--description", "crème, 2 €", "--price", "0.99", "--tender", "card"],
            ["refund", "--receipt", $"{kiosk.Code}-1-000001", "1*1"],
            ["receive", Goods.Codes[1] + "*48", "--reference", "note 8871"],
            ["adjust", Goods.Codes[0], "-3", "--reason", "damaged", "--note", "fell down"],
            ["cash", "float", "200"],
        ]) (await kiosk.RunAsync(command)).AssertOk();

        kiosk.CopyTo(shop["before"]);
        (await kiosk.RunAsync("sync")).AssertOk();
        await shop.DrainAsync();
        await shop.CheckAsync();

        var messages = gate.Messages;
        Assert.That(messages.Select(message => message.FromDevice).Take(2), Is.EqualTo(new[] { true, false }), "Hello, then Welcome");
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(7));
        if (!recorded) return;
        RecordedSession.Write(RecordedSession.Unreleased, FirstCall(messages), await ShopAsync(shop, kiosk), shop["before"], DeviceFiles);
    }

    /// <summary>What follows the first call's end is of later ones: they begin with another Hello, which is field 1 of the device's message.</summary>
    static IEnumerable<RecordedMessage> FirstCall(IReadOnlyList<RecordedMessage> messages)
    {
        const byte helloTag = 0x0A;
        var second = messages.Select((message, index) => (message, index)).Skip(1).FirstOrDefault(each => each.message.FromDevice && each.message.Bytes[0] == helloTag);
        return second.message is null ? messages : messages.Take(second.index);
    }

    static async Task<RecordedShop> ShopAsync(Shop shop, Kiosk kiosk)
    {
        var entries = new List<Guid>();
        var stock = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await using var database = NpgsqlDataSource.Create(shop.ConnectionString + ";Pooling=false");
        await using (var command = database.CreateCommand("select entry_id from journal order by sequence"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) entries.Add(reader.GetGuid(0));
        }

        await using (var command = database.CreateCommand("select product, on_hand from stock"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) stock.Add(reader.GetString(0), reader.GetInt64(1));
        }

        var keys = JsonDocument.Parse(await File.ReadAllTextAsync(Directory.GetFiles(Surroundings.StateDirectory, "*keys*").Single())).RootElement;
        return new(
            (int)await shop.LongAsync("select device_id from device"), kiosk.Code, (await File.ReadAllTextAsync(Path.Combine(shop["before"], "device.token"))).Trim(),
            (Guid)(await shop.ScalarAsync("select stream_id from device"))!, kiosk.Store, "EUR", "Europe/Berlin", 240, keys, entries, stock, RecordedSession.ContractHash());
    }
}
