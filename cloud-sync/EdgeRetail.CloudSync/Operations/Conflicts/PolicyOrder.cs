namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>Who sets a field's policy, to what and why.</summary>
/// <param name="Rule">latest-wins, cloud-wins, device-wins or manual.</param>
/// <param name="Resurrects">Whether a value that was edited without knowing of a removal counts against it.</param>
public sealed record PolicyOrder(string Actor, string Rule, string Reason, bool Resurrects = false);
