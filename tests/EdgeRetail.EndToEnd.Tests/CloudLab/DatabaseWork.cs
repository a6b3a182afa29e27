namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>What a replica does in one transaction of its database, known by the SQL that only this one says.</summary>
sealed record DatabaseWork(string Name, string Sql)
{
    /// <summary>A batch: journal, effects, stock, heads.</summary>
    public static readonly DatabaseWork Ingest = new("ingest", "UPDATE stream SET applied_through");

    public static readonly DatabaseWork SessionOpening = new("session opening", "UPDATE device SET session_number");

    /// <summary>Reads a page of a store's feed.</summary>
    public static readonly DatabaseWork StorePage = new("store page", "FROM effect e");

    public static readonly DatabaseWork DeviceStatus = new("device status", "INSERT INTO device_status");

    /// <summary>Notes how far the streams stand.</summary>
    public static readonly DatabaseWork DurableMark = new("durable mark", "INSERT INTO durable_mark_stream");

    /// <summary>Tells devices what they may forget.</summary>
    public static readonly DatabaseWork DurablePublication = new("durable publication", "SET durable_through = greatest");

    public static IReadOnlyList<DatabaseWork> All { get; } = [Ingest, SessionOpening, StorePage, DeviceStatus, DurableMark, DurablePublication];

    /// <summary>Null where the statement could belong to several.</summary>
    public static DatabaseWork? Of(string statement) => All.FirstOrDefault(work => statement.Contains(work.Sql, StringComparison.Ordinal));

    public override string ToString() => Name;
}
