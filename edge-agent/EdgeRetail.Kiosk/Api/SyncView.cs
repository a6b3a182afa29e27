namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// How the sync stands: connected, connecting, offline, stopped or held. <see cref="Tone"/> is how to show it (good, waiting,
/// trouble); <see cref="Words"/> and <see cref="NextStep"/> are for people. <see cref="UpToDate"/>: both feeds are applied as far as
/// they stood when the session was opened.
/// </summary>
public sealed record SyncView(
    string State,
    string Tone,
    string Words,
    string? NextStep,
    bool UpToDate,
    DateTimeOffset? LastContactAt,
    string? LastErrorCode,
    string? LastErrorMessage,
    DateTimeOffset? NextAttemptAt);
