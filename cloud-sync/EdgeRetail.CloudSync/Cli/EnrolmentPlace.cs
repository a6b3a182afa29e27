using System.Text;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>
/// The file that an enrolment goes into, readable by its owner alone from the moment it exists. It takes its name only
/// with its content, and nothing stays behind where none was written.
/// </summary>
sealed class EnrolmentPlace : IDisposable
{
    readonly FileStream file;
    readonly string partial;
    bool written;

    EnrolmentPlace(string path, string partial, FileStream file) => (Path, this.partial, this.file) = (path, partial, file);

    public string Path { get; }

    /// <exception cref="CommandFailure">Something is there already, or the folder cannot be written.</exception>
    public static EnrolmentPlace Take(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (File.Exists(full) || Directory.Exists(full))
            throw new CommandFailure(new("FILE_EXISTS", $"{full} is there already; it may be another device's key.", "Name another file with --out."), ExitCode.Refused);
        var partial = full + ".partial";
        try
        {
            File.Delete(partial);
            var file = new FileStream(partial, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            return new(full, partial, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(new("FILE_NOT_WRITABLE", $"{full} cannot be written: {e.Message}", "Name a file in a folder that exists and that you may write."), ExitCode.Refused, e);
        }
    }

    public void Write(string text)
    {
        file.Write(Encoding.UTF8.GetBytes(text + "\n"));
        file.Flush(flushToDisk: true);
        file.Close();
        File.Move(partial, Path, overwrite: false);
        written = true;
    }

    public void Dispose()
    {
        file.Dispose();
        if (!written) File.Delete(partial);
    }
}
