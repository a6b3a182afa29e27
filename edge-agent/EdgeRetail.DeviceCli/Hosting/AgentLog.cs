using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>Where a running agent writes what happened: files of 10 MB, five of them kept, and standard error.</summary>
static class AgentLog
{
    const long FileBytesMax = 10 << 20;
    const int FilesKept = 5;
    const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    public static SerilogLoggerFactory Open(string dataDirectory)
    {
        var logs = Path.Combine(dataDirectory, "logs");
        Directory.CreateDirectory(logs);
        return new SerilogLoggerFactory(
            new LoggerConfiguration()
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                // A port in use is told in words; the host would put its stack trace before them, and throws it as well.
                .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
                .WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose)
                .WriteTo.File(
                    Path.Combine(logs, "agent-.log"), outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture, fileSizeLimitBytes: FileBytesMax,
                    rollingInterval: RollingInterval.Day, rollOnFileSizeLimit: true, retainedFileCountLimit: FilesKept)
                .CreateLogger(),
            dispose: true);
    }
}
