namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>A line somebody wants to buy; the price is the catalogue's.</summary>
sealed record BasketLine(string Product, long QuantityThousandths = 1000);
