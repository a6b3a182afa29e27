using System.Text.Json;
using EdgeRetail.CloudSync.Cli;

namespace EdgeRetail.CloudSync.Tests.Cli;

/// <summary>One command line, run within the tests' process.</summary>
public sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static async Task<CommandRun> OfAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CloudSyncCommandLine.RunAsync(arguments, output, error, CancellationToken.None);
        TestContext.Out.WriteLine($"$ cloud-sync {string.Join(' ', arguments)}\n{output}{error}");
        return new(exitCode, output.ToString(), error.ToString());
    }

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public string? ErrorCode => Json.GetProperty("error").GetProperty("code").GetString();
}
