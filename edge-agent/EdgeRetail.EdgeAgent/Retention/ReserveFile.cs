namespace EdgeRetail.EdgeAgent.Retention;

/// <summary>Room on the disk that is held back: given free when nothing else is left, so that selling goes on for some thousands of sales.</summary>
sealed class ReserveFile(string path, long bytes)
{
    public bool IsThere => File.Exists(path);

    /// <summary>Takes the room, as real blocks, where it is not held yet.</summary>
    public void Hold()
    {
        if (IsThere) return;
        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = bytes, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.SetLength(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A reserve that could not be taken as a whole is none.
            _ = Release();
        }
    }

    /// <summary>Whether there was room to give.</summary>
    public bool Release()
    {
        try
        {
            if (!IsThere) return false;
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
