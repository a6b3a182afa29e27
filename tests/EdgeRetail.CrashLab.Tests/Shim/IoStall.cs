namespace EdgeRetail.CrashLab.Tests.Shim;

/// <summary>A disk that stops in the middle of a sync, and ends it when it is told to.</summary>
sealed class IoStall(string file)
{
    public (string Name, string Value) Environment => ("EDGERETAIL_IO_STALL", file);

    /// <summary>No sync ends any more of files whose path ends so.</summary>
    public void Begin(string pathEnd)
    {
        // In one step: the shim may look at any moment.
        File.WriteAllText(file + ".new", pathEnd);
        File.Move(file + ".new", file, overwrite: true);
    }

    public void End() => File.Delete(file);
}
