namespace EdgeRetail.Demo.Replay;

/// <summary>A product for <c>cloud-sync catalogue import</c>.</summary>
sealed record CatalogueLine(string Code, string Name, string Brand, string Size, long PriceMinor, string Unit);
