using System.Globalization;
using EdgeRetail.Demo.Replay;

namespace EdgeRetail.Demo.Shop;

/// <summary>
/// A small grocery chain of invented goods: its catalogue, and a till roll of two shops that is the same at every run, with all
/// that real ones have: equal lines on one receipt, weighed goods, cancellations, breakage, goods the shop does not know, and lines
/// that nobody can take.
/// </summary>
static class BuiltInShop
{
    const int Receipts = 1_500;
    const int Tills = 3;

    public static IReadOnlyList<CatalogueLine> Catalogue()
    {
        using var stream = typeof(BuiltInShop).Assembly.GetManifestResourceStream("EdgeRetail.Demo.Shop.catalogue.csv")!;
        using var reader = new StreamReader(stream);
        return CatalogueCsv.Read(reader);
    }

    public static void WriteTillRoll(TextWriter output)
    {
        var random = new Random(20_261);
        var products = Catalogue();
        output.Write("till,receipt,gtin,description,quantity,unit_price,amount\n");
        for (var receipt = 1; receipt <= Receipts; receipt++)
        {
            var till = 1 + random.Next(Tills);
            var number = 10_000 + receipt;
            if (receipt % 60 == 0) Line(output, till, $"R{number}", products[random.Next(products.Count)], -1);
            else if (receipt % 75 == 0) Broken(output, till, number, products[random.Next(products.Count)], -random.Next(1, 4));
            else Basket(output, random, products, till, number);
            if (receipt % 200 == 0) Untakeable(output, till, number, receipt / 200);
        }
    }

    static void Basket(TextWriter output, Random random, IReadOnlyList<CatalogueLine> products, int till, int receipt)
    {
        var lines = 1 + random.Next(4);
        for (var i = 0; i < lines; i++)
        {
            // Few products sell much: the square pulls towards the front of the shelf.
            var product = products[(int)(Math.Pow(random.NextDouble(), 2) * products.Count)];
            var quantity = product.Unit == "kg" ? random.Next(150, 2_500) / 1000m : 1 + random.Next(3);
            Line(output, till, $"{receipt}", product, quantity);
            if (random.Next(12) == 0) Line(output, till, $"{receipt}", product, quantity);
        }

        // The shop has no such product: it is sold under its description.
        if (random.Next(40) == 0) output.Write($"{till},{receipt},9521299990007,Raffle ticket,1,2.00,2.00\n");
    }

    static void Line(TextWriter output, int till, string receipt, CatalogueLine product, decimal quantity)
    {
        var price = product.PriceMinor / 100m;
        var amount = Math.Round(quantity * price, 2, MidpointRounding.AwayFromZero);
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{till},{receipt},{product.Code},\"{product.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{quantity},{price:F2},{amount:F2}\n"));
    }

    static void Broken(TextWriter output, int till, int receipt, CatalogueLine product, int quantity) =>
        output.Write($"{till},{receipt},{product.Code},broken,{quantity},0.00,0.00\n");

    static void Untakeable(TextWriter output, int till, int receipt, int which) => output.Write((which % 4) switch
    {
        0 => $"{till},{receipt},9521200034004,,1,3.29,3.29\n",
        1 => $"{till},{receipt},9521200034005,Farmhouse bread,1,3.29,3.29\n",
        2 => $"{till},{receipt},9521200034004,Farmhouse bread,0,3.29,0.00\n",
        _ => $"{till},{receipt},9521200034004,Farmhouse bread,one,3.29,3.29\n",
    });
}
