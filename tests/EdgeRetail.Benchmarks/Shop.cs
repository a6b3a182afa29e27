using System.Globalization;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Gs1;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.Benchmarks;

/// <summary>The made-up shop that the figures are taken in: its products, and one-line sales that favour a few of them.</summary>
static class Shop
{
    static readonly string[] Kinds = ["Apple juice", "Rye bread", "Oat milk", "Dark chocolate", "Espresso beans", "Tomato passata", "Olive oil", "Sea salt", "Crème fraîche", "Müsli"];
    static readonly string[] Brands = ["Nordfeld", "Casa Lina", "Brightwater", "Hofgut", "Petit Jour", "Alder & Sons"];

    public static string Code(int product)
    {
        var digits = (400_000_000_000L + (product * 37L)).ToString(CultureInfo.InvariantCulture);
        return "0" + digits + Gtin.CheckDigit(digits);
    }

    public static string Name(int product) => $"{Kinds[product % Kinds.Length]} {Brands[product % Brands.Length]} No. {product}";

    public static long PriceMinor(int product, int edition = 0) => 99 + (product * 7919L % 4900) + edition;

    public static void WriteCatalogue(string path, IEnumerable<int> products, int edition = 0)
    {
        using var file = new StreamWriter(path);
        file.WriteLine("gtin,name,brand,size,price");
        foreach (var product in products)
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Code(product)},{Name(product)},{Brands[product % Brands.Length]},{1 + (product % 12)} pc,{PriceMinor(product, edition) / 100m}"));
    }

    /// <summary>The catalogue as a device would have got it, for figures that need no cloud.</summary>
    public static void FillCache(Agent agent, int products)
    {
        var currency = agent.Ledger.Identity.Currency;
        for (var from = 0; from < products; from += 1000)
        {
            var rows = Enumerable.Range(from, Math.Min(1000, products - from))
                .Select(product => new ProductRow(product + 1, ProductCode.Parse(Code(product)), Name(product), Brands[product % Brands.Length], "1 pc", new(PriceMinor(product), currency), Unit.Each))
                .ToList();
            if (agent.Cache.ApplyCataloguePage(new(from, from + rows.Count, FeedHash.Start, rows)) is not PageOutcome.Applied)
                throw new InvalidOperationException("The cache did not take the catalogue.");
        }
    }

    /// <summary>Records one-line sales in an agent that nobody else runs. Each is one transaction, as at a till.</summary>
    public static void Sell(Agent agent, int sales, int products, int seed, Action<int, TimeSpan>? sold = null)
    {
        var random = new Random(seed);
        for (var sale = 0; sale < sales; sale++)
        {
            var command = NextSale(random, products);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            if (agent.Commands.Execute(command) is CommandResult.Refused refused) throw new InvalidOperationException(refused.Message);
            sold?.Invoke(sale, System.Diagnostics.Stopwatch.GetElapsedTime(started));
        }
    }

    static RecordSale NextSale(Random random, int products)
    {
        var product = (int)(products * Math.Pow(random.NextDouble(), 3));
        return new(null, "bench", [new(ProductCode.Parse(Code(product)), Quantity.Each(random.Next(1, 4)))], random.Next(2) == 0 ? TenderKind.Cash : TenderKind.Card);
    }
}
