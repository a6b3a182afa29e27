using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using EdgeRetail.TestKit;

namespace EdgeRetail.Architecture.Tests;

/// <summary>
/// A built assembly, read as a file: which types it has and which types each of them mentions in signatures, attributes and IL.
/// Nothing is loaded, so this project references neither side.
/// </summary>
sealed class ProductAssembly : IDisposable
{
    public static readonly (string Project, string File)[] Product =
    [
        ("EdgeRetail.Contracts", "EdgeRetail.Contracts.dll"),
        ("EdgeRetail.EdgeAgent", "EdgeRetail.EdgeAgent.dll"),
        ("EdgeRetail.Kiosk", "EdgeRetail.Kiosk.dll"),
        ("EdgeRetail.DeviceCli", "edgeretail.dll"),
        ("EdgeRetail.DevPostgres", "EdgeRetail.DevPostgres.dll"),
        ("EdgeRetail.CloudSync", "cloud-sync.dll"),
    ];

    readonly PEReader file;
    readonly MetadataReader metadata;

    public ProductAssembly(string path)
    {
        file = new PEReader(File.OpenRead(path));
        metadata = file.GetMetadataReader();
    }

    /// <summary>Every type of the product with the types it mentions.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> ReadAll()
    {
        var types = new Dictionary<string, IReadOnlySet<string>>();
        foreach (var (project, name) in Product)
        {
            using var assembly = new ProductAssembly(RepositoryRoot.Output(project, name));
            foreach (var (type, mentions) in assembly.Types()) types[Placed(project, type)] = mentions;
        }

        return types;
    }

    public IEnumerable<(string Type, IReadOnlySet<string> Mentions)> Types() =>
        from handle in metadata.TypeDefinitions
        let name = TypeNames.Of(metadata, handle)
        where name != "<Module>"
        select (name, Mentions(handle));

    public void Dispose() => file.Dispose();

    /// <summary>Types without a namespace (Program, what the compiler adds) count to their project.</summary>
    static string Placed(string project, string type) => type.Contains('.', StringComparison.Ordinal) ? type : $"{project}.{type}";

    IReadOnlySet<string> Mentions(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var mentions = new TypeMentions(metadata);
        mentions.Add(type.BaseType);
        foreach (var implementation in type.GetInterfaceImplementations()) mentions.Add(metadata.GetInterfaceImplementation(implementation).Interface);
        mentions.AddAttributes(type.GetCustomAttributes());
        mentions.AddConstraints(type.GetGenericParameters());
        foreach (var fieldHandle in type.GetFields())
        {
            var field = metadata.GetFieldDefinition(fieldHandle);
            mentions.AddField(field);
            mentions.AddAttributes(field.GetCustomAttributes());
        }

        foreach (var property in type.GetProperties()) mentions.AddAttributes(metadata.GetPropertyDefinition(property).GetCustomAttributes());
        foreach (var methodHandle in type.GetMethods())
        {
            var method = metadata.GetMethodDefinition(methodHandle);
            mentions.AddMethod(method);
            if (method.RelativeVirtualAddress != 0) mentions.AddBody(file.GetMethodBody(method.RelativeVirtualAddress));
        }

        return mentions.Names;
    }
}
