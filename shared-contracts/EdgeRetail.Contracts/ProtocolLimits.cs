namespace EdgeRetail.Contracts;

/// <summary>Bounds that both sides enforce: the device when it makes an entry, the cloud before it parses or merges one.</summary>
public static class ProtocolLimits
{
    public const int ProtocolMin = 1;
    public const int ProtocolMax = 1;

    /// <summary>Schema version that devices of this release write; the cloud reads every version up to it.</summary>
    public const int EntrySchemaVersion = 1;

    public const int EntryBytesMax = 256 * 1024;
    public const int EntryLinesMax = 1_000;
    public const int BatchEntriesMax = 5_000;
    public const int BatchBytesMax = 1024 * 1024;
    public const int CommitEffectsMax = 5_000;
    public const int MessageBytesMax = 4 * 1024 * 1024;

    public const int ProductCodeCharactersMax = 48;
    public const int TextCharactersMax = 200;
    public const int ActorCharactersMax = 64;

    /// <summary>So many concurrent changes an edit is based on at most: more than a store has devices.</summary>
    public const int EditBasesMax = 64;

    /// <summary>One line: a million units either way.</summary>
    public const long LineQuantityThousandthsMax = 1_000_000_000;

    /// <summary>One line or total: ten thousand million minor units either way.</summary>
    public const long AmountMinorMax = 10_000_000_000;

    /// <summary>B of the clock rules: a clock further ahead than this is not believed.</summary>
    public static readonly TimeSpan ClockBound = TimeSpan.FromSeconds(60);

    /// <summary>A clock offset that was measured less exactly than this is not agreed.</summary>
    public static readonly TimeSpan ClockOffsetErrorMax = TimeSpan.FromSeconds(5);

    /// <summary>No clock is further off than this: beyond it arithmetic on an offset, not a clock, is wrong.</summary>
    public static readonly TimeSpan ClockOffsetMax = TimeSpan.FromDays(200 * 365);

    /// <summary>So many clock offsets of earlier boots travel in a Hello.</summary>
    public const int ClockOffsetsMax = 512;
}
