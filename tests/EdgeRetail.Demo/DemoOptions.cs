namespace EdgeRetail.Demo;

/// <summary>What was asked for on the command line.</summary>
sealed record DemoOptions(bool Check, string? SalesFile, string? MappingFile, string? Sabotage);
