namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>How concurrent edits of a field are decided, from a version of the policies on: by whom it was set and why. Version 0 is what holds before any was set.</summary>
public sealed record FieldPolicyView(string Field, string Rule, bool Resurrects, int Version, string Actor, string Reason, DateTimeOffset? SetAt);
