using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Fields, rules and states as operators write and read them.</summary>
static class FieldNames
{
    public static readonly IReadOnlyList<string> Fields = ["name", "brand", "size"];

    public static readonly IReadOnlyList<string> Rules = ["latest-wins", "cloud-wins", "device-wins", "manual"];

    public static readonly IReadOnlyList<string> States = ["open", "decided", "resolved", "superseded"];

    public static string Of(ProductField field) => (int)field >= 1 && (int)field <= Fields.Count ? Fields[(int)field - 1] : $"field {(int)field}";

    public static string Of(FieldRule rule) => Rules[(int)rule - 1];

    public static string Of(ConflictState state) => States[(int)state];

    /// <summary>Null for what is none.</summary>
    public static ProductField? Field(string? name) => Index(Fields, name) is { } index ? (ProductField)(index + 1) : null;

    /// <summary>Null for what is none.</summary>
    public static FieldRule? Rule(string? name) => Index(Rules, name) is { } index ? (FieldRule)(index + 1) : null;

    /// <summary>Null for what is none.</summary>
    public static ConflictState? State(string? name) => Index(States, name) is { } index ? (ConflictState)index : null;

    static int? Index(IReadOnlyList<string> names, string? name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return i;
        }

        return null;
    }
}
