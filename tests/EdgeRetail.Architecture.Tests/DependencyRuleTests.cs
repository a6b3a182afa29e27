using EdgeRetail.TestKit;

namespace EdgeRetail.Architecture.Tests;

[TestFixture]
public sealed class DependencyRuleTests
{
    static readonly Lazy<IReadOnlyDictionary<string, IReadOnlySet<string>>> Types = new(ProductAssembly.ReadAll);

    [TestCaseSource(typeof(DependencyRules), nameof(DependencyRules.All))]
    public void Types_mention_only_what_their_stage_allows(DependencyRule rule)
    {
        var violations =
            from type in Types.Value
            where rule.Covers(type.Key)
            from used in type.Value
            where rule.Forbids(used)
            orderby type.Key, used
            select $"{type.Key.Split('+')[0]} uses {used}";

        Assert.That(violations.Distinct(), Is.Empty, rule.Why);
    }

    [TestCaseSource(typeof(DependencyRules), nameof(DependencyRules.All))]
    public void A_rule_still_matches_some_type(DependencyRule rule) =>
        Assert.That(Types.Value.Keys.Any(rule.Covers), $"no type in {rule.From}: the rule guards nothing");

    /// <summary>The reader of IL must find what it looks for, or every rule holds for ever.</summary>
    [TestCase("System.IO.Directory", TestName = "A call is found")]
    [TestCase("System.Threading.SemaphoreSlim", TestName = "A field is found")]
    [TestCase("System.Collections.Generic.Dictionary`2", TestName = "A type argument's owner is found")]
    [TestCase("EdgeRetail.DevPostgres.EmbeddedPostgresException", TestName = "A caught exception is found")]
    [TestCase("System.IAsyncDisposable", TestName = "An interface is found")]
    public void What_a_type_mentions_is_found(string used)
    {
        using var testKit = new ProductAssembly(typeof(TestPostgres).Assembly.Location);
        var mentioned = testKit.Types().Where(type => type.Type.StartsWith(typeof(TestPostgres).FullName!, StringComparison.Ordinal) || type.Type == typeof(TemporaryDirectory).FullName)
            .SelectMany(type => type.Mentions);

        Assert.That(mentioned, Does.Contain(used));
    }

    [Test]
    public void A_type_that_breaks_a_rule_is_seen()
    {
        using var testKit = new ProductAssembly(typeof(TestPostgres).Assembly.Location);
        var rule = new DependencyRule("EdgeRetail.TestKit", ["Npgsql"], "this rule is there to be broken");

        var offenders = testKit.Types().Where(type => rule.Covers(type.Type) && type.Mentions.Any(rule.Forbids)).Select(type => type.Type.Split('+')[0]);

        Assert.That(offenders, Does.Contain(typeof(TestPostgres).FullName));
        Assert.That(offenders, Does.Not.Contain(typeof(FreePort).FullName));
    }
}
