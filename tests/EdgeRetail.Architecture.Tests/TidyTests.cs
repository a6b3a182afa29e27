using System.Text.RegularExpressions;

namespace EdgeRetail.Architecture.Tests;

/// <summary>What a reader trips over, found before they do.</summary>
[TestFixture]
public sealed partial class TidyTests
{
    static readonly string[] Texts = ["*.cs", "*.razor", "*.proto", "*.sql", "*.sh", "*.cake", "*.ts", "*.tsx", "*.css", "*.html", "*.md", "*.json", "*.csproj", "*.props", "*.targets", "*.yml", "*.yaml", "run"];

    [Test]
    public void A_file_holds_one_type_and_bears_its_name()
    {
        var strays =
            from path in SourceTree.Files("*.cs")
            where !path.Contains("/Migrations/", StringComparison.Ordinal)
            let types = TopLevelType().Matches(SourceTree.Read(path)).Select(match => match.Groups["name"].Value).Distinct().ToList()
            where types.Count > 0
            let name = Path.GetFileName(path).Split('.')[0]
            where types.Count > 1 || types[0] != name
            select $"{path} holds {string.Join(", ", types)}";

        Assert.That(strays, Is.Empty);
    }

    [Test]
    public void Types_are_named_for_what_they_are()
    {
        var vague =
            from path in SourceTree.Files("*.cs")
            from Match match in AnyType().Matches(SourceTree.Read(path))
            where VagueName().IsMatch(match.Groups["name"].Value)
            select $"{path}: {match.Groups["name"].Value}";

        Assert.That(vague, Is.Empty, "if only such a name fits, the thing isn't found yet");
    }

    [Test]
    public void Nothing_is_left_for_later_in_a_comment() =>
        Assert.That(Lines(LeftForLater()), Is.Empty);

    [Test]
    public void No_path_of_one_machine_is_named() =>
        Assert.That(Lines(PathOfOneMachine()), Is.Empty);

    [Test]
    public void Lock_files_name_no_registry() =>
        Assert.That(SourceTree.Files("package-lock.json", "packages*.lock.json").Where(path => SourceTree.Read(path).Contains("\"resolved\": \"http", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void No_feed_is_configured() =>
        Assert.That(SourceTree.Files("NuGet.Config", "nuget.config", "NuGet.config", ".npmrc"), Is.Empty);

    static IEnumerable<string> Lines(Regex pattern) =>
        from path in SourceTree.Files(Texts)
        where path != "tests/EdgeRetail.Architecture.Tests/TidyTests.cs"
        from line in SourceTree.Read(path).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
        where pattern.IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}";

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|abstract|static|partial|readonly|ref|unsafe) )*(?:class|record struct|record class|record|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|sealed|abstract|static|partial|readonly|ref|unsafe) )*(?:class|record struct|record class|record|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex AnyType();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utility|Utilities|Misc)$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"(?<![\w.$}~])/(work|home|root)/\w")]
    private static partial Regex PathOfOneMachine();
}
