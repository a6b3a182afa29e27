using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeRetail.Contracts.Certificates;

/// <summary>The files of certificates and keys, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CertificateDocument))]
[JsonSerializable(typeof(CertificateKeysDocument))]
sealed partial class CertificateJson : JsonSerializerContext;
