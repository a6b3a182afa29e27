using System.Text.Json.Serialization;

namespace EdgeRetail.EdgeAgent.Enrolment;

/// <summary>The file as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EnrolmentDocument))]
sealed partial class EnrolmentJson : JsonSerializerContext;
