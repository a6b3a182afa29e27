using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeRetail.Checker;
using EdgeRetail.Demo;
using EdgeRetail.Demo.Outcome;
using EdgeRetail.Demo.Sales;
using EdgeRetail.Demo.Stage;
using NUnit.Framework;

var check = new Option<bool>("--check") { Description = "End by itself, with exit code 0 or 1 and a JSON summary as the last line." };
var sales = new Option<string?>("--sales") { Description = "A CSV file of real sales instead of the built-in shop." };
var mapping = new Option<string?>("--mapping") { Description = "A JSON file that says which column is what; not needed for the formats known by their header." };
var sabotage = new Option<string?>("--sabotage") { Description = "Corrupt one thing behind the product's back before the check." };
sabotage.AcceptOnlyFromAmong([.. Sabotage.Kinds]);
var command = new RootCommand("Kiosks sell, lose their network, come back, and agree with PostgreSQL to the last unit.") { check, sales, mapping, sabotage };
command.SetAction(async arguments =>
{
    using var stopping = new CancellationTokenSource();
    void Stop(PosixSignalContext context)
    {
        // Also the second time: the way out is short, and whoever leaves by another leaves PostgreSQL running.
        context.Cancel = true;
        stopping.Cancel();
    }

    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
    // Who reads only the last line learns from it, too, that nothing was checked.
    int BrokeOff(int exitCode, string code, string message)
    {
        Console.Error.WriteLine($"{code}: {message}");
        if (arguments.GetValue(check)) Console.WriteLine(DemoSummary.BrokenOff(code, message));
        return exitCode;
    }

    try
    {
        return await new DemoRun(new(arguments.GetValue(check), arguments.GetValue(sales), arguments.GetValue(mapping), arguments.GetValue(sabotage)), stopping.Token).RunAsync();
    }
    catch (Exception) when (stopping.IsCancellationRequested)
    {
        // Ctrl-C reaches the programs as well: whatever failed after it failed because of it.
        return BrokeOff(1, "DEMO_STOPPED", "Stopped before the end: nothing was checked.");
    }
    catch (SalesFileException e)
    {
        return BrokeOff(2, e.Code, e.Message);
    }
    catch (Exception e) when (e is StageException or CheckInputException or AssertionException or IOException or UnauthorizedAccessException)
    {
        return BrokeOff(1, "DEMO_FAILED", e.Message);
    }
});

var parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    return 2;
}

// The way out stops PostgreSQL and may take longer than the two seconds that are allowed by default.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
