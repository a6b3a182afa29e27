namespace EdgeRetail.DeviceCli.Output;

/// <summary>The document on standard output where a command with --json failed.</summary>
sealed record ErrorDocument(CliError Error);
