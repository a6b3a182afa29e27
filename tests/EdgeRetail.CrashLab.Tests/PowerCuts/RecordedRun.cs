using System.Text;
using System.Text.RegularExpressions;
using EdgeRetail.CrashLab.Tests.Shim;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>A recording of a device's life, the entries it ended with, and which of them were confirmed when.</summary>
sealed partial class RecordedRun
{
    const string ReadEntriesSql = "SELECT position, hex(entry_id), hex(hash) FROM entry ORDER BY position";

    readonly Dictionary<Guid, long> positions;
    readonly int[] confirmedThrough;
    readonly bool[] isNormalSync;

    public RecordedRun(string name, string folder, IoRecording recording)
    {
        // The room held back on the disk says nothing, and has megabytes.
        (Name, Folder, Records) = (name, folder, [.. recording.Records.Where(record => Path.GetFileName(record.Path) != "reserve")]);
        Entries = ReadEntries(Path.Combine(folder, "ledger.db"));
        positions = Entries.ToDictionary(entry => entry.Id, entry => entry.Position);
        confirmedThrough = ReadConfirmations();
        isNormalSync = FindNormalSyncs();
        EnrolledAt = Records.ToList().FindIndex(record => record.Operation == IoOperation.Told);
    }

    public string Name { get; }

    /// <summary>The data directory that the paths of the recording lie in.</summary>
    public string Folder { get; }

    public IReadOnlyList<IoRecord> Records { get; }

    public IReadOnlyList<RecordedEntry> Entries { get; }

    /// <summary>From here on the device is enrolled: somebody was told so.</summary>
    public int EnrolledAt { get; }

    /// <summary>The newest position that somebody had been told of before this record.</summary>
    public int ConfirmedThrough(int record) => record == 0 ? 0 : confirmedThrough[record - 1];

    /// <summary>Whether the sync at this record counts.</summary>
    public bool IsSynced(int record, SyncBelief belief) => belief switch
    {
        SyncBelief.AsRecorded => true,
        SyncBelief.NormalForEntries => isNormalSync[record],
        _ => false,
    };

    public static IReadOnlyList<RecordedEntry> ReadEntries(string ledger)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = ledger, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        return ReadEntries(connection);
    }

    public static IReadOnlyList<RecordedEntry> ReadEntries(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = ReadEntriesSql;
        using var row = command.ExecuteReader();
        var entries = new List<RecordedEntry>();
        while (row.Read()) entries.Add(new(row.GetInt64(0), Guid.Parse(row.GetString(1)), row.GetString(2)));
        return entries;
    }

    int[] ReadConfirmations()
    {
        var through = new int[Records.Count];
        var newest = 0;
        for (var i = 0; i < Records.Count; i++)
        {
            if (Records[i].Operation == IoOperation.Told)
                foreach (Match told in EntryIdTold().Matches(Encoding.UTF8.GetString(Records[i].Data.Span)))
                    newest = Math.Max(newest, (int)positions[Guid.Parse(told.Groups[1].Value)]);
            through[i] = newest;
        }

        return through;
    }

    // A sync of the write-ahead log counts where a write into the database itself follows before another into the log.
    bool[] FindNormalSyncs()
    {
        var counts = new bool[Records.Count];
        var databaseFollows = false;
        for (var i = Records.Count - 1; i >= 0; i--)
        {
            var isLog = Records[i].Path.EndsWith("-wal", StringComparison.Ordinal);
            // What stands beside the two, as the high-water mark does, says nothing of a checkpoint.
            if (Records[i].Operation == IoOperation.Wrote && (isLog || Records[i].Path.EndsWith("ledger.db", StringComparison.Ordinal))) databaseFollows = !isLog;
            counts[i] = !isLog || databaseFollows;
        }

        return counts;
    }

    [GeneratedRegex("\"entryId\":\"([0-9a-f-]{36})\",\"position\"")]
    private static partial Regex EntryIdTold();
}
