namespace EdgeRetail.DevPostgres;

/// <summary>Where a server keeps its data and which engine runs it.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// Keeps the data between runs. Where root runs this and the folder cannot be entered by the account the server
    /// runs as (a home with mode 0700), the data stand in /var/lib/edgeretail and the link <c>postgres</c> in the home says where.
    /// </summary>
    public required string Home { get; init; }

    /// <summary>Where a fetched engine is kept; <c>~/.cache/edgeretail</c> when not said.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The folder of postgres, initdb and pg_ctl; searched for when not said.</summary>
    public string? EngineDirectory { get; init; }

    /// <summary>Only this major version will do.</summary>
    public int? Major { get; init; }

    /// <summary>Whether an engine may be fetched when the machine has none.</summary>
    public bool MayFetch { get; init; } = true;

    /// <summary>Settings on top of PostgreSQL's own, durable defaults.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told in plain words about every step a person may have to wait for.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
