using System.Text.Json.Serialization;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>The identity copy as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IdentityDocument))]
sealed partial class IdentityJson : JsonSerializerContext;
