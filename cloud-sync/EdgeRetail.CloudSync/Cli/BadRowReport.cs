using EdgeRetail.CloudSync.Catalogue;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>All bad rows of an import as CSV, written as they come.</summary>
sealed class BadRowReport : IAsyncDisposable
{
    readonly StreamWriter writer;

    BadRowReport(string path, StreamWriter writer) => (Path, this.writer) = (path, writer);

    public string Path { get; }

    /// <exception cref="CommandFailure">The file cannot be written.</exception>
    public static BadRowReport Create(string path)
    {
        try
        {
            var writer = new StreamWriter(path);
            writer.WriteLine("line,code,message");
            return new(System.IO.Path.GetFullPath(path), writer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(new("FILE_NOT_WRITABLE", $"{path} cannot be written: {e.Message}", "Name a file in a folder that exists and that you may write."), ExitCode.Refused, e);
        }
    }

    public void Add(CatalogueRowReading.Bad bad) => writer.WriteLine($"{bad.Line},{bad.Code},\"{bad.Message.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
