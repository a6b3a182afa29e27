namespace EdgeRetail.Checker.Tests;

/// <summary>Three products of one import.</summary>
sealed record HandMadeCatalogue(long Version, byte[] Hash, IReadOnlyList<(string Code, string Name, long Price, long Version)> Products)
{
    public const string Bread = "04012345678901";
    public const string Milk = "MILK-1";
    public const string Eggs = "EGGS-6";

    public static HandMadeCatalogue Small { get; } = new(3, [.. Enumerable.Repeat((byte)9, 32)], [(Bread, "Brot", 249, 1), (Milk, "Milch", 109, 2), (Eggs, "Eier, groß", 289, 3)]);
}
