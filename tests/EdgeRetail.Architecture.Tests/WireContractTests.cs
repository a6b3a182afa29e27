using System.Reflection;
using EdgeRetail.TestKit;
using Google.Protobuf.Reflection;

namespace EdgeRetail.Architecture.Tests;

/// <summary>A device in a shop may be a year older than the cloud, so field numbers are approved like a public API.</summary>
[TestFixture]
public sealed class WireContractTests
{
    static readonly FileDescriptor[] Files =
        [.. Assembly.Load("EdgeRetail.Contracts").GetTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .Select(property => (FileDescriptor)property!.GetValue(null)!)
            .OrderBy(file => file.Name, StringComparer.Ordinal)];

    [Test]
    public void Messages_match_the_approved_contract() =>
        Approved.Verify(string.Join('\n', Files.SelectMany(Lines)), "WireContract", "A removed or renumbered field breaks devices in the field.");

    [Test]
    public void Every_file_of_the_contract_is_compared() =>
        Assert.That(Files.Select(file => file.Name), Is.EquivalentTo(SourceTree.Files("*.proto").Select(path => path[(path.IndexOf("Protos/", StringComparison.Ordinal) + 7)..])));

    static IEnumerable<string> Lines(FileDescriptor file) =>
        [
            $"file {file.Name} package {file.Package}",
            .. file.MessageTypes.SelectMany(Lines),
            .. file.EnumTypes.SelectMany(Lines),
            .. file.Services.SelectMany(service => service.Methods.Select(method =>
                $"rpc {service.FullName}/{method.Name} {Stream(method.IsClientStreaming)}{method.InputType.FullName} -> {Stream(method.IsServerStreaming)}{method.OutputType.FullName}")),
        ];

    static IEnumerable<string> Lines(MessageDescriptor message) =>
        [
            $"message {message.FullName}",
            .. message.ToProto().ReservedRange.Select(range => $"  reserved {range.Start}..{range.End - 1}"),
            .. message.ToProto().ReservedName.Select(name => $"  reserved {name}"),
            .. message.Fields.InFieldNumberOrder().Select(field => $"  {field.FieldNumber} {field.Name} {Kind(field)}"),
            .. message.NestedTypes.Where(nested => !nested.GetOptions().MapEntry).SelectMany(Lines),
            .. message.EnumTypes.SelectMany(Lines),
        ];

    static IEnumerable<string> Lines(EnumDescriptor values) =>
        [$"enum {values.FullName}", .. values.Values.Select(value => $"  {value.Number} {value.Name}")];

    static string Kind(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            var scalar => scalar.ToString().ToLowerInvariant(),
        };
        var packed = field.IsRepeated && field.IsPacked ? " packed" : "";
        var group = field.RealContainingOneof is { } oneof ? $" in {oneof.Name}" : "";
        return $"{(field.IsRepeated ? "repeated " : field.HasPresence && field.FieldType != FieldType.Message && group == "" ? "optional " : "")}{type}{packed}{group}";
    }

    static string Stream(bool isStream) => isStream ? "stream " : "";
}
