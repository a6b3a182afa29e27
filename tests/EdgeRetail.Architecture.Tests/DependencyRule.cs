namespace EdgeRetail.Architecture.Tests;

/// <summary>
/// Types in <paramref name="From"/>, a namespace or one type, must not mention anything in <paramref name="Forbidden"/>,
/// because <paramref name="Why"/>; those in <paramref name="Except"/> may.
/// </summary>
public sealed record DependencyRule(string From, string[] Forbidden, string Why, params string[] Except)
{
    /// <summary>An attribute the compiler embeds in every assembly, and a class of constants.</summary>
    static readonly string[] Harmless = ["Microsoft.CodeAnalysis.EmbeddedAttribute", "System.Threading.Timeout"];

    public override string ToString() => $"{From}: {Why}";

    public bool Covers(string type) => Within(type, From) && !Except.Any(scope => Within(type, scope));

    public bool Forbids(string used) => Forbidden.Any(scope => Within(used, scope)) && !Harmless.Contains(used);

    static bool Within(string type, string scope) =>
        type.StartsWith(scope, StringComparison.Ordinal) && (type.Length == scope.Length || type[scope.Length] is '.' or '+' or '`');
}
