using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Passes;

/// <summary>An edit as its bytes say, in its place in time.</summary>
sealed record Edit(EntryOrder At, string? Value, IReadOnlyList<EntryKey> Bases, bool Resolves, int? PolicyVersion, long Version, bool SaysWhoAndWhy)
{
    public EntryKey Id => At.Entry;
}
