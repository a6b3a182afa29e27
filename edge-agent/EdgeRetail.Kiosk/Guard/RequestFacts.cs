namespace EdgeRetail.Kiosk.Guard;

/// <summary>What the guard judges a request by; an absent header is null.</summary>
sealed record RequestFacts(
    string Method,
    string Path,
    int LocalPort,
    string? Host,
    string? Origin,
    string? FetchSite,
    string? FetchMode,
    bool TokenIsRight);
