using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace EdgeRetail.TestKit;

/// <summary>
/// A real process of the product under test: its lines are kept, it takes signals, and it does not outlive the tests,
/// not even when they are killed.
/// </summary>
public sealed partial class ProductProcess : IAsyncDisposable
{
    /// <summary>How long a line or an end is waited for, unless a test says otherwise.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly List<string> output = [];
    readonly List<string> errors = [];
    readonly Lock gate = new();
    readonly TaskCompletionSource outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource errorsEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ProductProcess(ProcessStartInfo start, string name)
    {
        Name = name;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(output, line.Data, outputEnded);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data, errorsEnded);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    /// <summary>The process itself: what starts it execs it, so that the id is the product's own.</summary>
    public int Pid => process.Id;

    public bool HasExited => process.HasExited;

    public IReadOnlyList<string> Output
    {
        get { lock (gate) return [.. output]; }
    }

    public IReadOnlyList<string> Errors
    {
        get { lock (gate) return [.. errors]; }
    }

    /// <summary>Starts the device's executable.</summary>
    public static ProductProcess EdgeRetail(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null) =>
        Start(ProductExecutables.EdgeRetail, arguments, environment, workingDirectory);

    /// <summary>Starts the cloud's executable.</summary>
    public static ProductProcess CloudSync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null) =>
        Start(ProductExecutables.CloudSync, arguments, environment, workingDirectory);

    /// <param name="environment">Added to this process's own; null takes a variable away.</param>
    public static ProductProcess Start(string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null)
    {
        // The kernel ends the child with the thread that started it, so that thread must last.
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", executable, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return LastingThread.Run(() => new ProductProcess(start, Path.GetFileName(executable)));
    }

    /// <summary>Starts, waits for the end and returns the process with all its lines.</summary>
    public static async Task<ProductProcess> RunAsync(string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, TimeSpan? within = null)
    {
        var started = Start(executable, arguments, environment);
        await started.ExitAsync(within);
        return started;
    }

    /// <summary>The first line of standard output or standard error that matches, waited for.</summary>
    public async Task<string> LineAsync(Func<string, bool> matches, string what, TimeSpan? within = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            Task next;
            bool ended;
            lock (gate)
            {
                ended = outputEnded.Task.IsCompleted && errorsEnded.Task.IsCompleted;
                if (output.Concat(errors).FirstOrDefault(matches) is { } line) return line;
                next = changed.Task;
            }

            var left = (within ?? Patience) - watch.Elapsed;
            if (ended) throw new AssertionException($"{Name} ended with {await ExitAsync()} before {what}.\n{Transcript()}");
            if (left <= TimeSpan.Zero) throw new AssertionException($"{Name} has not shown {what} after {watch.Elapsed.TotalSeconds:0} s.\n{Transcript()}");
            await Task.WhenAny(next, Task.Delay(left));
        }
    }

    public Task<string> LineAsync(string part, TimeSpan? within = null) =>
        LineAsync(line => line.Contains(part, StringComparison.Ordinal), $"a line with '{part}'", within);

    public void Signal(ProcessSignal signal)
    {
        if (!process.HasExited && Kill(process.Id, (int)signal) == 0 && signal == ProcessSignal.Kill) ProcessKills.Add();
    }

    /// <summary>The exit code, once the process has ended and all its lines are here. 128 + n after signal n.</summary>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"{Name} still runs.\n{Transcript()}");
        }
    }

    public async Task<int> StopAsync(TimeSpan? within = null)
    {
        Signal(ProcessSignal.Terminate);
        return await ExitAsync(within);
    }

    public async Task KillAsync()
    {
        Signal(ProcessSignal.Kill);
        await ExitAsync();
    }

    public ProcessUse? Use() => ProcessUse.Of(Pid);

    public string Transcript()
    {
        lock (gate) return string.Join('\n', [$"--- {Name} {process.Id}, standard output:", .. output.TakeLast(100), "--- standard error:", .. errors.TakeLast(100)]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, (int)ProcessSignal.Kill);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    void Keep(List<string> lines, string? line, TaskCompletionSource ended)
    {
        lock (gate)
        {
            if (line is null) ended.TrySetResult();
            else lines.Add(ControlSequence().Replace(line, ""));
            changed.TrySetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [GeneratedRegex(@"\x1B\[[0-9;]*m")]
    private static partial Regex ControlSequence();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
