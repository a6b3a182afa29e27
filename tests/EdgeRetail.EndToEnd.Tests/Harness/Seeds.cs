using System.Globalization;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>
/// The seeds of a test whose faults are drawn by chance. EDGERETAIL_SEED=7 runs that one again; EDGERETAIL_SEEDS=200 runs so
/// many, for an evening. A seed that failed is named as a case of its own in its test.
/// </summary>
static class Seeds
{
    public static IEnumerable<int> Of(int count)
    {
        if (Number("EDGERETAIL_SEED") is { } one) return [one];
        return Enumerable.Range(1, Number("EDGERETAIL_SEEDS") ?? count);
    }

    public static Random Random(int seed)
    {
        TestContext.Out.WriteLine($"To run this one again: EDGERETAIL_SEED={seed}");
        return new(seed);
    }

    static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
