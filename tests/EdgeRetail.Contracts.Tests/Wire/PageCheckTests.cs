using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;

namespace EdgeRetail.Contracts.Tests.Wire;

sealed class PageCheckTests
{
    static readonly ProductVersion[] Products =
    [
        new() { Version = 5, Code = "04006381333931", Name = "Whole milk", Brand = "Alpine", Size = "1 l", PriceMinor = 129, Currency = "EUR", Unit = QuantityUnit.Each },
        new() { Version = 6, Code = "CHEESE-1", Name = "Käse", PriceMinor = 1999, Currency = "EUR", Unit = QuantityUnit.Kilogram },
        PageCheck.With(
            new() { Version = 8, Code = "PACK-6", Name = "Six pens", PriceMinor = 700, Currency = "EUR" },
            new(new("DE19", 1900, Inclusive: true, Contracts.Entries.TaxRounding.HalfUp), new(Samples.Milk, 6000))),
        new() { Version = 7, Code = "GONE-1", Currency = "EUR", Unit = QuantityUnit.Each, Deleted = true },
    ];

    [Test]
    public void Whatever_bit_of_a_catalogue_page_is_turned_over_it_is_noticed_or_the_page_says_the_same()
    {
        var page = new Page { Feed = FeedKind.Catalogue, FromVersion = 4, ToVersion = 7, Hash = Bytes(32, 1), Products = { Products }, Checksum = Bytes(16, 80) };
        page.Check = PageCheck.Of(page);
        var (noticed, same) = TurnEveryBit(page, Page.Parser, PageCheck.Holds, changed => (changed.FromVersion, changed.ToVersion, changed.Hash, changed.Checksum, Rows(changed.Products)));
        Assert.That(noticed, Is.GreaterThan(20 * same), "Only the check itself may be lost, or say what is no product's.");
    }

    [Test]
    public void Whatever_bit_of_rows_in_key_order_is_turned_over_it_is_noticed_or_they_say_the_same([Values] bool equal)
    {
        var page = new SnapshotPage { Feed = FeedKind.Catalogue, AfterKey = "04006381333930", LastKey = "GONE-1", Head = new() { Version = 9, Hash = Bytes(32, 1) }, Equal = equal };
        if (!equal) page.Products.AddRange(Products);
        page.Check = PageCheck.Of(page);
        var (noticed, same) = TurnEveryBit(page, SnapshotPage.Parser, PageCheck.Holds, changed => (changed.AfterKey, changed.LastKey, changed.Head?.Version, changed.Head?.Hash, changed.Equal, Rows(changed.Products)));
        Assert.That(noticed, Is.GreaterThan(same));
    }

    [Test]
    public void A_page_that_does_not_say_is_not_judged() => Assert.That(PageCheck.Holds(new Page { Products = { Products } }), Is.True);

    [Test]
    public void Terms_that_changed_on_the_way_are_noticed_also_on_a_page_that_does_not_say()
    {
        var changed = Products[2].Clone();
        changed.Tax.RateHundredths = 700;
        Assert.That(PageCheck.Holds(new Page { Products = { changed } }), Is.False);
        Assert.That(PageCheck.Holds(new SnapshotPage { Products = { changed } }), Is.False);
        changed = Products[2].Clone();
        changed.Pack.Product = "no canonical code§";
        Assert.That(PageCheck.Holds(new Page { Products = { changed } }), Is.False);
    }

    [Test]
    public void Terms_read_as_they_were_written() =>
        Assert.That(PageCheck.Terms(Products[2]), Is.EqualTo(new Contracts.Entries.ProductTerms(new("DE19", 1900, Inclusive: true, Contracts.Entries.TaxRounding.HalfUp), new(Samples.Milk, 6000))));

    static (int Noticed, int Same) TurnEveryBit<TPage, TContent>(TPage sound, MessageParser<TPage> parser, Func<TPage, bool> holds, Func<TPage, TContent> content)
        where TPage : IMessage<TPage>
    {
        var (noticed, same) = (0, 0);
        var bytes = sound.ToByteArray();
        Assert.That(holds(sound), Is.True);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            TPage read;
            try
            {
                read = parser.ParseFrom(changed);
            }
            catch (InvalidProtocolBufferException)
            {
                noticed++;
                continue;
            }

            if (!holds(read)) noticed++;
            else
            {
                Assert.That(content(read), Is.EqualTo(content(sound)), $"bit {bit} of {bytes.Length * 8}");
                same++;
            }
        }

        return (noticed, same);
    }

    static string Rows(IEnumerable<ProductVersion> products) => string.Join('\n', products.Select(product => (PageCheck.Content(product), PageCheck.Terms(product))));

    static ByteString Bytes(int count, byte first) => ByteString.CopyFrom([.. Enumerable.Range(0, count).Select(i => (byte)(first + i))]);
}
