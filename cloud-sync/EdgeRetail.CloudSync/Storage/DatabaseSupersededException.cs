namespace EdgeRetail.CloudSync.Storage;

/// <summary>The server is an old primary that came back: another one was promoted after it, and this replica has seen that one.</summary>
public sealed class DatabaseSupersededException(int timeline, int highest)
    : Exception($"The server is on timeline {timeline}; this replica has seen timeline {highest} of the same cluster. An old primary has come back: stop it.");
