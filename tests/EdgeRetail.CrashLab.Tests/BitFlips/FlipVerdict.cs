namespace EdgeRetail.CrashLab.Tests.BitFlips;

/// <summary>What became of one flipped bit: who noticed it, or that it changed nothing, or nobody.</summary>
sealed record FlipVerdict(string Where, bool ChangedContent, string? NoticedBy);
