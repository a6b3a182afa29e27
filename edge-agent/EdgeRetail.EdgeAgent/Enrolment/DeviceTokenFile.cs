using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Enrolment;

/// <summary>The device's secret, in a file that its owner alone may read; replaced as a whole.</summary>
sealed class DeviceTokenFile(string path)
{
    /// <exception cref="LedgerException">NOT_ENROLLED.</exception>
    public string Read()
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (FileNotFoundException e)
        {
            throw new LedgerException(LedgerException.NotEnrolled, $"The device token {path} is missing.", "Enrol this device again: 'edgeretail enrol --from FILE'. The ledger is kept.", e);
        }
    }

    public void Write(string token)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(temporary, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(token + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
