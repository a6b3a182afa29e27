namespace EdgeRetail.DevPostgres;

/// <summary>A lock between processes that ends with its holder, also by kill -9.</summary>
static class FileLock
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<IDisposable> TakeAsync(string path, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken) return taken;
            if (clock.GetElapsedTime(began) > patience)
                throw new EmbeddedPostgresException(EmbeddedPostgresErrors.HomeBusy, $"Another process has held {path} for {patience.TotalSeconds:0} s.", "See whether it still makes progress (fuser -v on that file), end it, and try again.");
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>The lock, or null while anybody holds or shares it.</summary>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Shared by all that use the same thing; while anybody shares it, nobody can take it.</summary>
    public static IDisposable Share(string path)
    {
        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }
}
