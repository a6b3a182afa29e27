using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Certificates;

/// <summary>What the cloud says to a close: the certificate where nothing is missing, else the gaps.</summary>
public sealed record DayCloseAnswer(EntryId Close, DayCloseVerdict Verdict, IReadOnlyList<DayCloseGap> Gaps, DayCertificate? Certificate);
