namespace EdgeRetail.CrashLab.Tests.Device;

/// <summary>One command of the scripted day. Given again it is the same command: by its id, or by its file.</summary>
sealed record LabCommand(string Name, IReadOnlyList<string> Arguments)
{
    /// <summary>The command makes the device instead of recording an entry.</summary>
    public bool Enrols => Arguments[0] == "enrol";

    public override string ToString() => Name;
}
