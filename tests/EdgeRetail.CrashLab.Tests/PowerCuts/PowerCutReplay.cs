using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>
/// Cuts the power after drawn operations of a recorded run, writes down what the disk may hold then, lets SQLite recover it
/// and looks at what is left.
/// </summary>
sealed class PowerCutReplay(RecordedRun run, SyncBelief belief, int seed, string folder)
{
    const string StateSql = """
        SELECT s.last_sequence + s.base_position, hex(s.last_chain), i.next_receipt_number - 1, i.covered_count,
               (SELECT count(*) FROM receipt), (SELECT count(DISTINCT position) FROM pending), (SELECT count(*) FROM command)
        FROM stream s JOIN identity i WHERE s.is_current = 1
        """;

    readonly Random random = new(seed);

    /// <summary>Writes so many states into the folder, one after the other, in the order of the recording.</summary>
    public IEnumerable<PowerCut> Cut(int states)
    {
        Directory.CreateDirectory(folder);
        var cuts = Enumerable.Range(0, states).Select(_ => random.Next(run.Records.Count + 1)).Order().ToList();
        var disk = new RecordedDisk();
        var record = 0;
        foreach (var cut in cuts)
        {
            for (; record < cut; record++) disk.Apply(run.Records[record], run.IsSynced(record, belief));
            var mode = (LossMode)random.Next(5);
            Write(disk.After(mode, random));
            yield return new($"{run.Name}, {belief}, seed {seed}: power cut before record {cut}, {mode}", run.EnrolledAt < cut, run.ConfirmedThrough(cut));
        }
    }

    /// <summary>Lets SQLite recover what lies in the folder, and looks.</summary>
    public PowerCutState Look(PowerCut cut)
    {
        try
        {
            var state = Judge(cut.ConfirmedThrough, cut.IsEnrolled);
            return state.Violation is null ? state : state with { Violation = $"{cut.Name}: {state.Violation}" };
        }
        catch (SqliteException e)
        {
            return cut.IsEnrolled ? new($"{cut.Name}: SQLite says {e.SqliteErrorCode} {e.Message}", 0) { IsDamaged = true } : new(null, 0);
        }
    }

    void Write(IReadOnlyList<(string Path, DiskContent Content)> files)
    {
        foreach (var old in Directory.EnumerateFiles(folder)) File.Delete(old);
        foreach (var (path, content) in files)
        {
            using var file = File.OpenHandle(Path.Combine(folder, Path.GetFileName(path)), FileMode.Create, FileAccess.Write);
            RandomAccess.Write(file, content.Bytes, 0);
        }
    }

    PowerCutState Judge(int confirmed, bool isEnrolled)
    {
        var ledger = Path.Combine(folder, "ledger.db");
        if (!File.Exists(ledger)) return isEnrolled ? new("there is no ledger", confirmed) : new(null, 0);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = ledger, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        if (Word(connection, "PRAGMA quick_check(1)") is var sound && sound != "ok") return new($"quick_check: {sound}", 0) { IsDamaged = true };
        if (!isEnrolled && Word(connection, "SELECT count(*) FROM sqlite_schema WHERE name IN ('entry', 'command')") != "2") return new(null, 0);

        var entries = RecordedRun.ReadEntries(connection);
        var lost = Math.Max(0, confirmed - entries.Count);
        if (!entries.SequenceEqual(run.Entries.Take(entries.Count))) return new($"its {entries.Count} entries are not the first of the {run.Entries.Count} that were committed", lost);
        if (lost > 0) return new($"{confirmed} entries were confirmed, {entries.Count} are there", lost);
        return new(FirstContradiction(connection, entries.Count, isEnrolled), 0);
    }

    /// <summary>What one transaction wrote stands there as a whole.</summary>
    static string? FirstContradiction(SqliteConnection connection, int entries, bool isEnrolled)
    {
        using var command = connection.CreateCommand();
        command.CommandText = StateSql;
        using var row = command.ExecuteReader();
        if (!row.Read()) return isEnrolled ? "the device is not enrolled any more" : null;
        var (last, receiptsGiven, covered, receipts, pending) = (row.GetInt64(0), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
        return last != entries ? Invariant($"the stream ends at {last}, the entries at {entries}")
            : receipts != receiptsGiven ? Invariant($"{receiptsGiven} receipt numbers were given, {receipts} are there")
            : covered + pending != entries ? Invariant($"{entries} entries, {pending} pending and {covered} covered")
            : null;
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string? Word(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
