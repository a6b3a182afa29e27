using System.Xml.Linq;
using EdgeRetail.TestKit;

namespace EdgeRetail.Architecture.Tests;

/// <summary>What a project file says about its neighbours.</summary>
sealed record ProjectFile(string Name, string Folder, IReadOnlyList<string> Sees, IReadOnlyList<string> BuildsFirst, IReadOnlyList<string> Packages)
{
    public bool IsUnderTests => Folder.StartsWith("tests/", StringComparison.Ordinal);

    public static IReadOnlyDictionary<string, ProjectFile> ReadAll() =>
        SourceTree.Files("*.csproj").Select(Read).ToDictionary(project => project.Name);

    static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(Path.Combine(RepositoryRoot.Path, path));
        var references = xml.Descendants("ProjectReference").ToLookup(
            reference => (string?)reference.Attribute("ReferenceOutputAssembly") == "false",
            reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        return new(
            Path.GetFileNameWithoutExtension(path),
            Path.GetDirectoryName(path)!,
            [.. references[false]],
            [.. references[true]],
            [.. xml.Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value)]);
    }
}
