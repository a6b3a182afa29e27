namespace EdgeRetail.CloudSync.Storage;

/// <summary>How concurrent edits of a field are decided from a version on. Never changed: another policy is another version.</summary>
public sealed class EditPolicyRow
{
    public required int Version { get; init; }

    public required short Field { get; init; }

    /// <summary>1 latest wins, 2 cloud wins, 3 device wins, 4 manual.</summary>
    public required short Rule { get; init; }

    /// <summary>Whether a value that was edited without knowing of a removal counts against it.</summary>
    public required bool Resurrects { get; init; }

    public required string Actor { get; init; }

    public required string Reason { get; init; }

    public required long SetAtMs { get; init; }
}
