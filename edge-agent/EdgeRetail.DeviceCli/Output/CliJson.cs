using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeRetail.DeviceCli.Commands;
using EdgeRetail.DeviceCli.Hosting;

namespace EdgeRetail.DeviceCli.Output;

/// <summary>Documents that only the command line has; all others are the local API's.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Certified))]
[JsonSerializable(typeof(Decommissioned))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(Enrolled))]
[JsonSerializable(typeof(Opened))]
[JsonSerializable(typeof(Synced))]
[JsonSerializable(typeof(AgentReady))]
sealed partial class CliJson : JsonSerializerContext;
