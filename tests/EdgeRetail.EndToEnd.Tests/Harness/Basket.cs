namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>What one customer buys. Its command id goes with every attempt to sell it.</summary>
sealed record Basket(Guid Command, IReadOnlyList<BasketLine> Lines)
{
    public static Basket Of(params BasketLine[] lines) => new(Guid.NewGuid(), lines);

    public static Basket Drawn(Random random)
    {
        var lines = new BasketLine[random.Next(10) == 0 ? random.Next(2, 12) : 1];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = new(Goods.Codes[random.Next(Goods.Codes.Count)], random.Next(8) == 0 ? random.Next(1, 5000) : 1000 * random.Next(1, 4));
        return Of(lines);
    }
}
