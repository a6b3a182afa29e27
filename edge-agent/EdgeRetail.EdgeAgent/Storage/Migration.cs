using System.Globalization;
using System.Reflection;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>One step of the device's schema: embedded SQL, run once in a transaction of its own, its hash recorded.</summary>
sealed record Migration(int Version, string Name, string Sql, Hash256 Hash)
{
    const string Prefix = "Migrations/";

    /// <summary>All steps, in order from 1.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    static Migration[] Load()
    {
        var assembly = typeof(Migration).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return [.. names.Select(name => Read(assembly, name))];
    }

    static Migration Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is not there.");
        using var reader = new StreamReader(stream);
        var sql = reader.ReadToEnd();
        var file = name[Prefix.Length..];
        return new(int.Parse(file.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), file, sql, Hash256.Of(System.Text.Encoding.UTF8.GetBytes(sql)));
    }
}
