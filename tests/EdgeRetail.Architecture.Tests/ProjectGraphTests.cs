using EdgeRetail.TestKit;

namespace EdgeRetail.Architecture.Tests;

[TestFixture]
public sealed class ProjectGraphTests
{
    static readonly Dictionary<string, string[]> Product = new()
    {
        ["EdgeRetail.Contracts"] = [],
        ["EdgeRetail.EdgeAgent"] = ["EdgeRetail.Contracts"],
        ["EdgeRetail.Kiosk"] = ["EdgeRetail.EdgeAgent"],
        ["EdgeRetail.DeviceCli"] = ["EdgeRetail.EdgeAgent", "EdgeRetail.Kiosk"],
        ["EdgeRetail.DevPostgres"] = [],
        ["EdgeRetail.CloudSync"] = ["EdgeRetail.Contracts", "EdgeRetail.DevPostgres"],
    };

    static readonly Dictionary<string, string[]> Tools = new()
    {
        ["EdgeRetail.TestKit"] = ["EdgeRetail.DevPostgres"],
        ["EdgeRetail.Checker"] = [],
        ["EdgeRetail.Demo"] = ["EdgeRetail.Checker", "EdgeRetail.TestKit"],
        ["EdgeRetail.Benchmarks"] = ["EdgeRetail.Contracts", "EdgeRetail.EdgeAgent", "EdgeRetail.TestKit"],
    };

    static readonly string[] CheckerPackages = ["Microsoft.Data.Sqlite", "Npgsql", "SQLitePCLRaw.bundle_e_sqlite3", "System.CommandLine"];

    readonly IReadOnlyDictionary<string, ProjectFile> projects = ProjectFile.ReadAll();

    [Test]
    public void The_product_consists_of_these_projects_and_references() =>
        Assert.That(
            projects.Values.Where(project => !project.IsUnderTests).ToDictionary(project => project.Name, project => project.Sees.Order().ToArray()),
            Is.EquivalentTo(Product));

    [Test]
    public void Tools_of_the_tests_see_these_projects_only()
    {
        foreach (var (name, allowed) in Tools)
            Assert.That(projects[name].Sees, Is.SubsetOf(allowed), name);
    }

    [Test]
    public void Only_the_simulation_and_its_tests_see_both_sides()
    {
        var both = projects.Keys.Where(name => Seen(name) is var seen && seen.Contains("EdgeRetail.EdgeAgent") && seen.Contains("EdgeRetail.CloudSync"));

        Assert.That(both, Is.SubsetOf(new[] { "EdgeRetail.Simulation", "EdgeRetail.Simulation.Tests" }));
    }

    [Test]
    public void The_checker_judges_the_product_without_its_code()
    {
        Assert.That(projects["EdgeRetail.Checker"].Sees, Is.Empty);
        Assert.That(projects["EdgeRetail.Checker"].Packages, Is.SubsetOf(CheckerPackages));
    }

    [Test]
    public void The_embedded_PostgreSQL_needs_no_package() =>
        Assert.That(projects["EdgeRetail.DevPostgres"].Packages, Is.Empty);

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Read("EdgeRetail.sln").Replace('\\', '/');

        Assert.That(projects.Values.Select(project => $"{project.Folder}/{project.Name}.csproj").Where(path => !solution.Contains(path, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_project_of_the_product_has_its_tests()
    {
        var libraries = Product.Keys.Where(name => !projects.ContainsKey($"{name}.Tests"));

        Assert.That(libraries, Is.Empty);
    }

    [Test]
    public void Every_project_has_its_lock_file() =>
        Assert.That(projects.Values.Where(project => !File.Exists(Path.Combine(RepositoryRoot.Path, project.Folder, "packages.lock.json"))).Select(project => project.Name), Is.Empty);

    HashSet<string> Seen(string name)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([name]);
        while (open.TryPop(out var next))
            if (seen.Add(next))
                foreach (var neighbour in projects[next].Sees) open.Push(neighbour);
        return seen;
    }
}
