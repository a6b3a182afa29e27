using System.Diagnostics;
using System.Text.Json;

namespace EdgeRetail.TestKit;

/// <summary>
/// One lab from its beginning to its end: how long it took and what it really did, not what it meant to do. Left as a file in the
/// folder of EDGERETAIL_LAB_FIGURES, where <c>./build.sh</c> adds up all labs; without that variable nothing is left.
/// </summary>
public sealed class LabRun(string name)
{
    const string FolderVariable = "EDGERETAIL_LAB_FIGURES";

    readonly long[] counts = new long[Enum.GetValues<LabFigure>().Length];
    readonly long killsBefore = ProcessKills.Count;
    readonly Stopwatch watch = Stopwatch.StartNew();

    public void Count(LabFigure figure, long times) => Interlocked.Add(ref counts[(int)figure], times);

    /// <summary>Processes that this lab's tests killed by themselves are counted without being told.</summary>
    public void End()
    {
        Count(LabFigure.ProcessKills, ProcessKills.Count - killsBefore);
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        if (string.IsNullOrEmpty(folder)) return;
        var figures = Enum.GetValues<LabFigure>().ToDictionary(figure => figure.ToString(), figure => counts[(int)figure]);
        Directory.CreateDirectory(folder);
        // The same tests may run in two processes: each leaves its own.
        File.WriteAllText(Path.Combine(folder, $"{name} {Environment.ProcessId}.json"), JsonSerializer.Serialize(new { name, seconds = watch.Elapsed.TotalSeconds, figures }));
    }
}
