using System.Reflection.Metadata;

namespace EdgeRetail.Architecture.Tests;

/// <summary>Full names as reflection writes them: <c>Namespace.Outer+Inner</c>.</summary>
static class TypeNames
{
    public static string Of(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } outer) return $"{Of(metadata, outer)}+{name}";
        return Qualified(metadata.GetString(type.Namespace), name);
    }

    public static string Of(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference) return $"{Of(metadata, (TypeReferenceHandle)type.ResolutionScope)}+{name}";
        return Qualified(metadata.GetString(type.Namespace), name);
    }

    static string Qualified(string space, string name) => space == "" ? name : $"{space}.{name}";
}
