using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeRetail.CloudSync.Durability;

/// <summary>What has to be so before something that is committed also counts as safe against the worst restore of this deployment.</summary>
public abstract partial record DurabilityMode
{
    /// <summary>How old something is assumed durable where nothing better is known of the deployment.</summary>
    public static readonly TimeSpan AssumedAfterDefault = TimeSpan.FromDays(14);

    static readonly TimeSpan AssumedAfterMin = TimeSpan.FromHours(1);
    static readonly TimeSpan AssumedAfterMax = TimeSpan.FromDays(3650);

    DurabilityMode()
    {
    }

    /// <summary>The write-ahead log is in the archive, and on a synchronous standby's disk where one is configured.</summary>
    public sealed record Archive : DurabilityMode;

    /// <summary>The write-ahead log is on a synchronous standby's disk.</summary>
    public sealed record Standby : DurabilityMode;

    /// <summary>It is as old as no backup that anybody would restore: an assumption, nothing that was observed.</summary>
    public sealed record Age(TimeSpan After) : DurabilityMode;

    /// <summary>As it is written on the command line.</summary>
    public string Name => this switch
    {
        Archive => "archive",
        Standby => "standby",
        Age { After: var after } => after.Ticks % TimeSpan.TicksPerDay == 0 ? $"age:{after.TotalDays:0}d" : $"age:{after.TotalHours:0}h",
        _ => throw new InvalidOperationException("A mode without a name."),
    };

    /// <summary>What "durable" means in this mode, for people.</summary>
    public string Words => this switch
    {
        Archive => "durable: in the archive of the write-ahead log",
        Standby => "durable: on the synchronous standby",
        Age { After: var after } => $"durable: assumed after {AgeWords(after)}",
        _ => throw new InvalidOperationException("A mode without words."),
    };

    /// <summary>Whether what was published is observed to survive every supported restore (S7), not assumed to.</summary>
    public bool IsObserved => this is not Age;

    /// <summary>Null where the text is no mode.</summary>
    public static DurabilityMode? Read(string text)
    {
        if (text == "archive") return new Archive();
        if (text == "standby") return new Standby();
        if (AgeText().Match(text) is not { Success: true } age || !int.TryParse(age.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        var after = age.Groups[2].ValueSpan is "d" ? TimeSpan.FromDays(count) : TimeSpan.FromHours(count);
        return after >= AssumedAfterMin && after <= AssumedAfterMax ? new Age(after) : null;
    }

    public sealed override string ToString() => Name;

    static string AgeWords(TimeSpan after) =>
        after.Ticks % TimeSpan.TicksPerDay != 0 ? $"{after.TotalHours:0} hour{(after.TotalHours > 1 ? "s" : "")}" : $"{after.TotalDays:0} day{(after.TotalDays > 1 ? "s" : "")}";

    [GeneratedRegex(@"^age:([0-9]{1,5})([dh])\z", RegexOptions.CultureInvariant)]
    private static partial Regex AgeText();
}
