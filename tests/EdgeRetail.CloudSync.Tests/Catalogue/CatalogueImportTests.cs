using System.Text;
using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.CloudSync.Operations.Checks;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.TestKit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Catalogue;

public sealed class CatalogueImportTests
{
    static readonly Currency Euro = Currency.Parse("EUR");

    TestShop shop = null!;
    NpgsqlDataSource database = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        shop = await TestShop.OpenAsync();
        database = NpgsqlDataSource.Create(shop.ConnectionString);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task Rows_are_committed_a_thousand_at_a_time_with_gap_free_versions()
    {
        var result = await ImportAsync(Products(2_345));

        Assert.That((result.Rows, result.Imported, result.Unchanged, result.Bad, result.Commits), Is.EqualTo((2_345, 2_345, 0, 0, 3)));
        Assert.That((result.VersionBefore, result.VersionAfter), Is.EqualTo((0, 2_345)));
        await using var context = shop.Context();
        Assert.That(await context.Products.OrderBy(row => row.Version).Select(row => row.Version).ToListAsync(), Is.EqualTo(Enumerable.Range(1, 2_345)));
        Assert.That(await context.CatalogueCommits.OrderBy(row => row.Version).Select(row => row.RowCount).ToListAsync(), Is.EqualTo(new[] { 1_000, 1_000, 345 }));
        var head = await context.CatalogueHeads.SingleAsync();
        Assert.That(head.Hash, Is.EqualTo((await context.CatalogueCommits.OrderByDescending(row => row.Version).FirstAsync()).Hash));
        await AssertFeedHoldsAsync();
    }

    [Test]
    public async Task The_same_file_again_writes_nothing()
    {
        await ImportAsync(Products(1_500));
        var before = await shop.ScalarAsync<string>("select string_agg(xmin::text, ',' order by code) from product");

        var again = await ImportAsync(Products(1_500));

        Assert.That((again.Imported, again.Unchanged, again.Commits, again.VersionBefore, again.VersionAfter), Is.EqualTo((0, 1_500, 0, 1_500, 1_500)));
        Assert.That(await shop.ScalarAsync<string>("select string_agg(xmin::text, ',' order by code) from product"), Is.EqualTo(before));
    }

    [Test]
    public async Task Only_what_changed_takes_a_new_version()
    {
        await ImportAsync("gtin,name,brand,size,price\nA,Apple,,,1.00\nB,Bread,,,2.00\nC,Coffee,,,3.00\n");

        var result = await ImportAsync("gtin,name,brand,size,price\nA,Apple,,,1.00\nB,Bread,,,2.10\nC,Coffee,Alma,,3.00\nD,Dill,,,0.50\n");

        Assert.That((result.Imported, result.Unchanged, result.VersionAfter), Is.EqualTo((3, 1, 6)));
        await using var context = shop.Context();
        Assert.That(await context.Products.OrderBy(row => row.Code).Select(row => $"{row.Code} {row.PriceMinor} {row.Brand} {row.Version}").ToListAsync(), Is.EqualTo(new[] { "A 100  1", "B 210  4", "C 300 Alma 5", "D 50  6" }));
        await AssertFeedHoldsAsync();
    }

    [TestCase(1), TestCase(2)]
    public async Task The_checksum_at_the_head_is_that_of_the_products_whatever_was_imported(int seed)
    {
        var random = new Random(seed);
        for (var import = 0; import < 6; import++)
        {
            var lines = Enumerable.Range(0, 2_500).Where(_ => random.Next(3) > 0).Select(product => $"P{product},Thing {random.Next(20)},{(random.Next(2) == 0 ? "" : "Ölmühle")},{random.Next(3)}.5{random.Next(2)}\n");
            await ImportAsync("gtin,name,brand,price\n" + string.Concat(lines));
            await using var context = shop.Context();
            var sum = (await context.Products.Where(row => !row.Deleted).ToListAsync()).Aggregate(
                CatalogueChecksum.Empty, (sum, row) => sum.With(new(row.Code, row.Name, row.Brand, row.Size, row.PriceMinor, row.Currency, row.Unit, row.Deleted, row.Version)));
            Assert.That((await context.CatalogueHeads.SingleAsync()).Checksum, Is.EqualTo(sum.ToByteArray()));
            if (import == 3)
            {
                await Task.WhenAll(ImportAsync(Products(1_500)), ImportAsync(Products(1_500, prefix: "Q-")));
                await AssertFeedHoldsAsync();
            }
        }
    }

    [Test]
    public async Task A_product_that_was_deleted_comes_back_under_a_new_version()
    {
        await ImportAsync("gtin,name,price\nA,Apple,1.00\n");
        await shop.ExecuteAsync("update product set deleted = true");

        Assert.That((await ImportAsync("gtin,name,price\nA,Apple,1.00\n")).VersionAfter, Is.EqualTo(2));
        Assert.That(await shop.ScalarAsync<bool>("select deleted from product"), Is.False);
    }

    [Test]
    public async Task Two_imports_at_once_share_out_the_versions_without_a_gap()
    {
        var imports = Enumerable.Range(0, 4).Select(i => ImportAsync(Products(1_200, prefix: $"P{i}-"))).ToList();
        var results = await Task.WhenAll(imports);

        Assert.That(results.Sum(result => result.Imported), Is.EqualTo(4_800));
        await using var context = shop.Context();
        Assert.That(await context.Products.OrderBy(row => row.Version).Select(row => row.Version).ToListAsync(), Is.EqualTo(Enumerable.Range(1, 4_800)));
        await AssertFeedHoldsAsync();
    }

    [Test]
    public async Task Two_imports_of_the_same_file_at_once_write_each_row_once()
    {
        var results = await Task.WhenAll(ImportAsync(Products(1_000)), ImportAsync(Products(1_000)));

        Assert.That(results.Sum(result => result.Imported), Is.EqualTo(1_000));
        Assert.That(results.Sum(result => result.Unchanged), Is.EqualTo(1_000));
        await AssertFeedHoldsAsync();
    }

    [Test]
    public async Task Bad_rows_are_counted_by_code_and_the_first_ones_kept_and_every_one_reported()
    {
        var file = new StringBuilder("gtin,name,price\n");
        for (var i = 0; i < 70; i++) file.Append($"A{i},,1.00\n");
        file.Append("4006381333932,Pen,1.00\nB,Bread,2.00\n");
        var reported = new List<CatalogueRowReading.Bad>();

        var result = await ImportAsync(file.ToString(), reported.Add);

        Assert.That((result.Rows, result.Imported, result.Bad), Is.EqualTo((72, 1, 71)));
        Assert.That(result.BadByCode, Is.EqualTo(new Dictionary<string, long> { ["NAME_MISSING"] = 70, ["WRONG_CHECK_DIGIT"] = 1 }));
        Assert.That(result.BadRows, Has.Count.EqualTo(CatalogueImport.BadRowsShown));
        Assert.That(reported, Has.Count.EqualTo(71));
        Assert.That(reported[^1].Line, Is.EqualTo(72));
    }

    [Test]
    public async Task An_import_that_is_stopped_has_imported_what_it_committed()
    {
        using var stop = new CancellationTokenSource();
        async IAsyncEnumerable<CatalogueRowReading> StoppingAsync()
        {
            var read = 0;
            await foreach (var row in await RowsAsync(Products(3_000)))
            {
                if (++read == 2_500) await stop.CancelAsync();
                yield return row;
            }
        }

        Assert.That(
            async () => await new CatalogueImport(new CatalogueStore(database, TimeProvider.System)).RunAsync(StoppingAsync(), _ => { }, _ => { }, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await shop.ScalarAsync<long>("select version from catalogue_head"), Is.EqualTo(2_000));
        await AssertFeedHoldsAsync();
        Assert.That((await ImportAsync(Products(3_000))).Imported, Is.EqualTo(1_000));
    }

    [TestCase("products/off_fr_2018.csv", "code", "product_name", 6_774, 97)]
    [TestCase("products/off_it_2021.csv", "code", "product_name", 1_263, 39)]
    [TestCase("products/completejourney_products.csv", "product_id", "product_type", 10_634, 1_440)]
    public async Task Real_catalogues_are_imported_and_every_row_accounted_for(string path, string code, string name, int rows, int bad)
    {
        var options = new CatalogueFileOptions(Euro, new Dictionary<string, string> { ["gtin"] = code, ["name"] = name }, new Money(199, Euro));
        await using var stream = File.OpenRead(SharedData.Path(path));
        var (file, _) = await CatalogueFile.OpenAsync(stream, options, CancellationToken.None);

        var result = await new CatalogueImport(new CatalogueStore(database, TimeProvider.System)).RunAsync(file!.ReadAsync(CancellationToken.None), _ => { }, _ => { }, CancellationToken.None);

        Assert.That((result.Rows, result.Bad, result.Imported), Is.EqualTo((rows, bad, rows - bad)));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from product"), Is.EqualTo(rows - bad));
        await AssertFeedHoldsAsync();
    }

    async Task AssertFeedHoldsAsync()
    {
        var result = await new Verification(database).RunAsync(null, _ => { }, CancellationToken.None);
        Assert.That(result.Invariants.Where(invariant => invariant.State == InvariantState.Broken).SelectMany(invariant => invariant.Violations), Is.Empty);
    }

    async Task<CatalogueImportResult> ImportAsync(string file, Action<CatalogueRowReading.Bad>? onBad = null) =>
        await new CatalogueImport(new CatalogueStore(database, TimeProvider.System)).RunAsync(await RowsAsync(file), onBad ?? (_ => { }), _ => { }, CancellationToken.None);

    static async Task<IAsyncEnumerable<CatalogueRowReading>> RowsAsync(string file)
    {
        var (catalogue, _) = await CatalogueFile.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), new(Euro, new Dictionary<string, string>()), CancellationToken.None);
        return catalogue!.ReadAsync(CancellationToken.None);
    }

    static string Products(int count, string prefix = "P-") =>
        "gtin,name,price\n" + string.Concat(Enumerable.Range(1, count).Select(i => $"{prefix}{i:D6},Product {i},{i % 100}.99\n"));
}
