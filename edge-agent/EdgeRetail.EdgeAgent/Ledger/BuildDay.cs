using System.Globalization;
using System.Reflection;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>The day this software was made, as its build stamped it.</summary>
static class BuildDay
{
    public static DateTimeOffset Value { get; } = DateTimeOffset.ParseExact(
        typeof(BuildDay).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "BuildDay").Value!,
        "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
