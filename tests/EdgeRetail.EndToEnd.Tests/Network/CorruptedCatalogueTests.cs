using System.Globalization;
using System.Text;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Network;

/// <summary>
/// What a device knows of products is what the cloud says of them, field by field, also where a bit of it was turned over on the
/// way or on the device's disk.
/// </summary>
public sealed class CorruptedCatalogueTests
{
    const int Imports = 12;

    // Fewer bytes than are compressed: gzip has a checksum of its own.
    const int ProductsInOneImport = 4;

    const string CloudSql = """
        select string_agg(concat_ws('|', code, name, brand, size, price_minor, currency, unit, version), E'\n' order by code collate "C") from product where not deleted
        """;

    const string DeviceSql = """
        SELECT group_concat(concat_ws('|', code, name, brand, size, price_minor, currency, unit, version), char(10) ORDER BY code) FROM cache_product
        """;

    [Test]
    public async Task A_bit_turned_over_on_the_way_down_changes_no_product([ValueSource(nameof(FlipSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(5, random);
        for (var import = 0; import < Imports; import++)
        {
            await shop.DrainAsync();
            // The next that comes down is the page of the import, unless the session has to say something first.
            var flipped = kiosk.Link.CorruptAfter(LinkDirection.Down, random.Next(10, 200), random.Next(8));
            await ImportAsync(shop, random, import);
            await kiosk.HurryUntilAsync(flipped);
            Assert.That(flipped.IsCompletedSuccessfully, "a bit was turned over");
            // What was let through has its time to do harm before the connection goes.
            await random.WaitAsync(TimeSpan.FromMilliseconds(300));
            kiosk.Link.Heal();
        }

        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(kiosk.Ledger.Scalar<string>(DeviceSql), Is.EqualTo(await shop.ScalarAsync(CloudSql)));
        TestContext.Out.WriteLine(string.Join('\n', kiosk.Process.Transcript().Split('\n').Where(line => line.Contains("DAMAGED", StringComparison.Ordinal) || line.Contains("CACHE_", StringComparison.Ordinal))));
    }

    [Test]
    public async Task A_product_that_rotted_on_the_disk_heals_by_itself()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(5, new Random(1));
        await shop.DrainAsync();
        await kiosk.StopAsync();
        var sound = kiosk.Ledger.Scalar<string>(DeviceSql);

        // As a row stands in the file: code and name side by side.
        var file = await File.ReadAllBytesAsync(kiosk.LedgerFile);
        var row = Encoding.UTF8.GetBytes($"{Goods.Canonical(Goods.Codes[17])}Product 17");
        var turned = 0;
        for (var at = file.AsSpan().IndexOf(row); at >= 0; turned++)
        {
            file[at + row.Length - 1] ^= 1;
            var next = file.AsSpan(at + 1).IndexOf(row);
            at = next < 0 ? -1 : at + 1 + next;
        }

        Assert.That(turned, Is.Positive, "the row stands in the file");
        await File.WriteAllBytesAsync(kiosk.LedgerFile, file);
        Assert.That(kiosk.Ledger.Scalar<string>(DeviceSql), Does.Contain("Product 16|Brand 2").And.Not.EqualTo(sound), "the device knows it by another name");

        await kiosk.StartAsync();
        await shop.HurriedAsync(() => Task.FromResult(kiosk.Ledger.Scalar<string>(DeviceSql) == sound), "the product is right again");
        var status = await kiosk.StatusAsync();
        Assert.That(status.GetProperty("cacheDriftCount").GetInt64(), Is.EqualTo(1), "the correction is told");
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(kiosk.Ledger.Scalar<string>(DeviceSql), Is.EqualTo(await shop.ScalarAsync(CloudSql)));
    }

    static async Task ImportAsync(Shop shop, Random random, int import)
    {
        var lines = Goods.Codes.OrderBy(_ => random.Next()).Take(ProductsInOneImport)
            .Select(code => string.Create(CultureInfo.InvariantCulture, $"{code},Edition {import},Brand {random.Next(9)},{random.Next(900)} g,{random.Next(1, 90)}.{random.Next(10, 99)}\n"));
        var file = shop[$"import-{import}.csv"];
        await File.WriteAllTextAsync(file, "gtin,name,brand,size,price\n" + string.Concat(lines));
        (await shop.Cloud.RunAsync("catalogue", "import", file, "--currency", "EUR")).AssertOk();
    }

    static IEnumerable<int> FlipSeeds => Seeds.Of(2);
}
