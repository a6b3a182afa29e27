using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Sync;
using Google.Protobuf;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>That what a device knows of products is what the cloud says, field by field, whatever happens on the way or on the disk.</summary>
sealed class CatalogueChecksumTests : AgentFixture
{
    const string DumpSql = "SELECT coalesce(sum(price_minor * version + coalesce(tax_hundredths, 0) * 7 + coalesce(pack_content, 0) + terms_check % 1000), 0) FROM cache_product";

    readonly SortedDictionary<string, ProductRow> cloud = new(StringComparer.Ordinal);
    long head;

    [SetUp]
    public void Emptied()
    {
        cloud.Clear();
        head = 0;
    }

    [TestCase(1), TestCase(2), TestCase(3)]
    public void The_sum_that_is_kept_along_is_that_of_the_rows_whatever_the_pages_bring(int seed)
    {
        var random = new Random(seed);
        for (var page = 0; page < 40; page++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(30)).Distinct()
                .Select(product => Change($"P{product:D2}", $"name {random.Next(50)}", random.Next(1, 500), deleted: random.Next(5) == 0)).ToArray();
            Assert.That(Feed(rows), Is.EqualTo(new PageOutcome.Applied(head, 0, 0)), "The cloud's own sum is equal at every page.");
            if (page % 10 == 0) Reopen();
        }

        Assert.That(Agent.Snapshots.SumCatalogue(), Is.False, "The rows are what was kept along.");
        Assert.That(Agent.Cache.ProductCount, Is.EqualTo(cloud.Values.Count(row => !row.Deleted)));
    }

    [TestCase("UPDATE cache_product SET price_minor = price_minor + 1 WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET name = 'Nothing of the kind, and longer than it was' WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET unit = 2 WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET currency = 'E?R' WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET version = 1000000 WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET code = 'P07'' or so' WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET tax_rate_id = 'R9' WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET tax_rate_id = NULL WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET tax_hundredths = 70000000000 WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET tax_inclusive = 1 - tax_inclusive WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET tax_rounding = 9 WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET pack_content = 6001 WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET pack_product = 'P01' WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET pack_product = '§' WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET terms_check = 7 WHERE code = 'P07'")]
    [TestCase("UPDATE cache_product SET terms_check = 0, name = 'Something else' WHERE code = 'P07'")]
    [TestCase("DELETE FROM cache_product WHERE code = 'P07'")]
    [TestCase("INSERT INTO cache_product (code, name, brand, size, price_minor, currency, unit, version) VALUES ('P07B', 'Made up', '', '', 1, 'EUR', 1, 7)")]
    [TestCase("UPDATE cache_product SET price_minor = 1")]
    public void A_product_that_rotted_is_noticed_and_corrected_by_its_range(string rot)
    {
        Feed([.. Enumerable.Range(0, 30).Select(product => Change($"P{product:D2}", $"Thing {product}", 100 + product))]);
        var sound = Scalar(DumpSql);
        Tamper(rot);
        Reopen();

        Assert.That(Agent.Snapshots.SumCatalogue(), Is.True);
        var (corrected, differed) = Compare(rangeRows: 4);
        Assert.That((corrected > 0, rot.Contains("WHERE", StringComparison.Ordinal) ? differed : 1), Is.EqualTo((true, 1)), "One range differs where one product does.");
        Assert.That((Agent.Snapshots.SumCatalogue(), Scalar(DumpSql)), Is.EqualTo((false, sound)));
        Assert.That(Agent.Queries.Status().CacheDriftCount, Is.EqualTo(corrected));
        Assert.That(Agent.Queries.SearchProducts("thing 7", 5).Single().Price, Is.EqualTo(Eur(107)));
        Assert.That(Agent.Cache.ProductCount, Is.EqualTo(30));
        Assert.That(Feed([Change("P07", "Renamed", 99)]), Is.EqualTo(new PageOutcome.Applied(head, 0, 0)), "The feed goes on over it, and the sums are equal.");
        Assert.That(Agent.Queries.SearchProducts("renamed", 5).Single().Price, Is.EqualTo(Eur(99)));
    }

    [Test]
    public void A_product_that_rotted_is_noticed_at_the_page_that_brings_it_anew()
    {
        Feed([.. Enumerable.Range(0, 30).Select(product => Change($"P{product:D2}", $"Thing {product}", 100 + product))]);
        Tamper("UPDATE cache_product SET price_minor = 1 WHERE code IN ('P07', 'P08')");
        var outcome = Feed([Change("P07", "Thing 7", 120)]);
        Assert.That(outcome, Is.EqualTo(new PageOutcome.Applied(head, 0, 0) { ChecksumDiffers = true }));
        Agent.Snapshots.SumCatalogue();
        Assert.That(Compare(rangeRows: 10).Corrected, Is.EqualTo(1));
        Assert.That(Feed([Change("P09", "Thing 9", 121)]), Is.EqualTo(new PageOutcome.Applied(head, 0, 0)));
    }

    [Test]
    public void A_catalogue_that_was_never_summed_is_summed_once()
    {
        Feed([.. Enumerable.Range(0, 30).Select(product => Change($"P{product:D2}", $"Thing {product}", 100 + product))]);
        Tamper("UPDATE feed SET checksum = NULL WHERE feed = 2");
        Reopen();
        Assert.That(Feed([Change("P31", "Thing 31", 131)]), Is.EqualTo(new PageOutcome.Applied(head, 0, 0)));
        Assert.That(Scalar("SELECT length(checksum) FROM feed WHERE feed = 2"), Is.EqualTo(CatalogueChecksum.Length));
    }

    [Test]
    public void A_page_without_a_checksum_is_not_compared()
    {
        Feed([Change("P01", "Thing", 100)]);
        Tamper("UPDATE cache_product SET price_minor = 1");
        var row = Change("P01", "Thing", 101);
        Assert.That(Agent.Cache.ApplyCataloguePage(new(head - 1, head, new(Hash256.Of([1])), [row])), Is.EqualTo(new PageOutcome.Applied(head, 0, 0)));
    }

    [Test]
    public void What_the_feed_has_yet_to_bring_or_has_brought_since_is_left_to_it()
    {
        Feed([Change("P01", "One", 100), Change("P02", "Two", 200), Change("P03", "Three", 300)]);
        var stale = Rows("", "");
        Feed([Change("P02", "Two", 250), Change("P04", "Four", 400)]);
        Assert.That(Agent.Snapshots.RepairCatalogue(stale), Is.Zero, "The feed is further than the rows.");
        Assert.That(Agent.Queries.FindProduct(Code("P02"))!.Price, Is.EqualTo(Eur(250)));
        Change("P01", "One", 150);
        Change("P05", "Five", 500);
        Assert.That(Agent.Snapshots.RepairCatalogue(Rows("", "")), Is.Zero, "The rows are further than the feed.");
        Assert.That((Agent.Queries.FindProduct(Code("P01"))!.Price, Agent.Queries.FindProduct(Code("P05"))), Is.EqualTo((Eur(100), (ProductView?)null)));
    }

    [Test]
    public void While_the_catalogue_is_read_anew_its_old_products_are_no_difference()
    {
        Feed([Change("P01", "One", 100), Change("P02", "Two", 200)]);
        Agent.Snapshots.BeginCatalogue(new(Guid.Parse("99999999-2222-3333-4444-555555555555")));
        cloud.Remove("P02");
        (head, var row) = (1, cloud["P01"] with { Version = 1, Price = Eur(110) });
        cloud["P01"] = row;
        Assert.That(Agent.Cache.ApplyCataloguePage(new(0, 1, new(Hash256.Of([1])), [row]) { Checksum = Sum() }), Is.EqualTo(new PageOutcome.Applied(1, 0, 0)));
        Assert.That(Agent.Snapshots.SumCatalogue(), Is.False);
        while (Agent.Snapshots.DropOld(catalogueIsWhole: true));
        Assert.That(Agent.Snapshots.SumCatalogue(), Is.False, "The sum went along with what was taken away.");
        Assert.That(Feed([Change("P03", "Three", 300)]), Is.EqualTo(new PageOutcome.Applied(2, 0, 0)));
    }

    [Test]
    public void A_page_with_a_bit_turned_over_on_the_way_is_not_taken()
    {
        var work = new StoreWork(Agent, () => 1L << 30);
        var page = new Page
        {
            Feed = FeedKind.Catalogue, ToVersion = 2, Hash = ByteString.CopyFrom(Hash256.Of([7]).ToByteArray()),
            Products =
            {
                new ProductVersion { Version = 1, Code = "P01", Name = "Whole milk", PriceMinor = 129, Currency = "EUR", Unit = QuantityUnit.Each },
                new ProductVersion { Version = 2, Code = "P02", Name = "Bread", PriceMinor = 349, Currency = "EUR", Unit = QuantityUnit.Each },
            },
        };
        page.Check = PageCheck.Of(page);
        var bytes = page.Products[0].ToByteArray();
        var refused = 0;
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = page.Clone();
            try
            {
                var turned = bytes.ToArray();
                turned[bit / 8] ^= (byte)(1 << (bit % 8));
                changed.Products[0] = ProductVersion.Parser.ParseFrom(turned);
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }

            Assert.That((work.Carry(new SyncEffect.ApplyPage(changed)) as SyncInput.StoreRefused)?.Code, Is.EqualTo("PAGE_DAMAGED"), $"bit {bit}");
            refused++;
        }

        Assert.That((refused > 100, Agent.Cache.ProductCount, Agent.Ledger.HelloState().CatalogueCursor.Version), Is.EqualTo((true, 0L, 0L)));
        Assert.That(work.Carry(new SyncEffect.ApplyPage(page)), Is.EqualTo(new SyncInput.PageStored(FeedKind.Catalogue, 2, 0) { IsChecked = true }));
    }

    [Test]
    public void Rows_for_a_repair_that_changed_on_the_way_are_not_taken()
    {
        Feed([Change("P01", "One", 100)]);
        Tamper("UPDATE cache_product SET price_minor = 1");
        Agent.Snapshots.SumCatalogue();
        var page = new SnapshotPage
        {
            Feed = FeedKind.Catalogue, Head = new() { Version = 1, Hash = ByteString.CopyFrom(new byte[32]) },
            Products = { new ProductVersion { Version = 1, Code = "P01", Name = "One", PriceMinor = 100, Currency = "EUR", Unit = QuantityUnit.Each } },
        };
        page.Check = PageCheck.Of(page);
        var changed = page.Clone();
        changed.Products[0].PriceMinor = 101;
        var work = new CacheWork(Agent);
        Assert.That((work.Carry(new SyncEffect.RepairCatalogueRange(changed)) as SyncInput.StoreRefused)?.Code, Is.EqualTo("PAGE_DAMAGED"));
        changed = page.Clone();
        changed.Products.Clear();
        changed.Equal = true;
        Assert.That((work.Carry(new SyncEffect.RepairCatalogueRange(changed)) as SyncInput.StoreRefused)?.Code, Is.EqualTo("PAGE_DAMAGED"));
        Assert.That(work.Carry(new SyncEffect.RepairCatalogueRange(page)), Is.EqualTo(new SyncInput.RangeRepaired("", 1)));
        Assert.That(Agent.Queries.FindProduct(Code("P01"))!.Price, Is.EqualTo(Eur(100)));
    }

    ProductRow Change(string code, string name, long price, bool deleted = false) =>
        cloud[code] = new(++head, Code(code), name, "Brand", "1 l", Eur(price), Unit.Each, deleted)
        {
            Terms = deleted || head % 3 == 0 ? ProductTerms.None : new(new($"R{price % 3}", (int)price, head % 2 == 0, Contracts.Entries.TaxRounding.HalfUp), head % 3 == 1 ? null : new(AgentFixture.Milk, 1000 * price)),
        };

    PageOutcome Feed(params ProductRow[] rows) =>
        Agent.Cache.ApplyCataloguePage(new(Agent.Ledger.HelloState().CatalogueCursor.Version, head, new(Hash256.Of([(byte)head])), rows) { Checksum = Sum() });

    CatalogueChecksum Sum() => Sum(cloud.Values.Where(row => !row.Deleted));

    static CatalogueChecksum Sum(IEnumerable<ProductRow> rows) => rows.Aggregate(CatalogueChecksum.Empty, (sum, row) => sum.With(row.Content));

    CatalogueRows Rows(string after, string last) => new(
        after, last, head,
        [.. cloud.Values.Where(row => !row.Deleted && string.CompareOrdinal(row.Code.Value, after) > 0 && (last.Length == 0 || string.CompareOrdinal(row.Code.Value, last) <= 0))], false);

    /// <summary>What a session does: range by range, rows of those that differ.</summary>
    (int Corrected, int Differed) Compare(int rangeRows)
    {
        var (corrected, differed, after) = (0, 0, "");
        do
        {
            var range = Agent.Snapshots.RangeOfCatalogue(after, rangeRows);
            var rows = Rows(range.AfterKey, range.LastKey);
            after = range.LastKey;
            if (Sum(rows.Rows) == range.Checksum) continue;
            differed++;
            corrected += Agent.Snapshots.RepairCatalogue(rows);
        }
        while (after.Length > 0);
        return (corrected, differed);
    }
}
