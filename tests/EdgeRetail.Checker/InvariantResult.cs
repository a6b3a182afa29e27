namespace EdgeRetail.Checker;

/// <summary>
/// One invariant. <see cref="Holds"/> is null where it is not checked yet (<see cref="NotYet"/>) or could not be observed;
/// <see cref="Detail"/> says what was looked at. <see cref="Offenders"/> are the first of <see cref="OffenderCount"/> rows.
/// </summary>
public sealed record InvariantResult(string Id, string Title, bool? Holds, bool NotYet, string Detail, long OffenderCount, IReadOnlyList<string> Offenders);
