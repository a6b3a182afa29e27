using EdgeRetail.CrashLab.Tests.Shim;
using EdgeRetail.TestKit;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.CrashLab.Tests.Device;

/// <summary>One device's data directory, and the executable run over it with and without the shim.</summary>
sealed class LabDevice(string folder)
{
    const string CountEntriesSql = "SELECT count(*), count(DISTINCT entry_id) FROM entry";

    /// <summary>The data directory.</summary>
    public string Folder => folder;

    public string LedgerFile => Path.Combine(folder, "ledger.db");

    /// <summary>Where the shim writes what a process did; outside of what it watches.</summary>
    public string RecordingFile => folder + ".recording";

    /// <summary>One command with --json, as on a device that works.</summary>
    public Task<CommandOutcome> RunAsync(LabCommand command) => RunAsync([.. command.Arguments], new Dictionary<string, string?>());

    public Task<CommandOutcome> RunAsync(params string[] arguments) => RunAsync(arguments, new Dictionary<string, string?>());

    /// <summary>One command under the shim: it is recorded, and breaks where it is told to.</summary>
    public async Task<(CommandOutcome Outcome, IoRecording Recording)> RunShimmedAsync(LabCommand command, IoFault? fault = null)
    {
        File.Delete(RecordingFile);
        return await RecordAsync(command, fault);
    }

    /// <summary>The same, added to what is recorded already.</summary>
    public async Task<(CommandOutcome Outcome, IoRecording Recording)> RecordAsync(LabCommand command, IoFault? fault = null)
    {
        var outcome = await RunAsync([.. command.Arguments], await IoShim.EnvironmentAsync(folder, RecordingFile, fault));
        return (outcome, IoRecording.Read(RecordingFile));
    }

    /// <summary>Starts <c>edgeretail run</c>; the caller waits until it is ready.</summary>
    public ProductProcess Start(IReadOnlyDictionary<string, string?>? environment = null) =>
        ProductProcess.Start(ProductExecutables.EdgeRetail, ["run", "--kiosk-port", "0", "--json", "--data", folder], environment);

    public KioskApi Api() => new(Path.Combine(folder, "agent.sock"));

    /// <summary>Entries in the ledger, and how many ids they have.</summary>
    public (long Entries, long Ids) CountEntries()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = LedgerFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = CountEntriesSql;
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>The directory as it is now, as another device's; without the room that is held back on the disk.</summary>
    public LabDevice CopyTo(string other)
    {
        if (Directory.Exists(other)) Directory.Delete(other, recursive: true);
        if (!Directory.Exists(folder)) return new(other);
        Directory.CreateDirectory(other);
        foreach (var file in Directory.EnumerateFiles(folder))
            if (Path.GetFileName(file) is not ("agent.sock" or "reserve")) File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        return new(other);
    }

    async Task<CommandOutcome> RunAsync(string[] arguments, IReadOnlyDictionary<string, string?> environment)
    {
        await using var process = ProductProcess.Start(ProductExecutables.EdgeRetail, [.. arguments, "--json", "--data", folder], environment);
        return await CommandOutcome.OfAsync(process, $"edgeretail {string.Join(' ', arguments)}");
    }
}
