using System.CommandLine;
using System.Globalization;
using EdgeRetail.DevPostgres;
using EdgeRetail.Simulation;
using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Runs;

const int TableWidth = 44;
const int FailuresShown = 10;

var seeds = new Option<int>("--seeds") { Description = "How many seeds.", DefaultValueFactory = _ => 1_000 };
var firstSeed = new Option<long>("--first-seed") { Description = "The first one.", DefaultValueFactory = _ => 1 };
var stores = new Option<int>("--stores") { Description = "Stores of the chain.", DefaultValueFactory = _ => 2 };
var devices = new Option<int>("--devices") { Description = "Devices, dealt to the stores in turn.", DefaultValueFactory = _ => 3 };
var minutes = new Option<int>("--minutes") { Description = "Virtual minutes in which faults come.", DefaultValueFactory = _ => 15 };
var faults = new Option<string[]>("--faults") { Description = $"Which, separated by commas: {string.Join(", ", Enum.GetNames<Faults>())}.", DefaultValueFactory = _ => ["All"], AllowMultipleArgumentsPerToken = true };
var without = new Option<string[]>("--without") { Description = $"Rules of the protocol to take out, to see what breaks: {string.Join(", ", Enum.GetNames<ProtocolRule>())}.", DefaultValueFactory = _ => ["None"], AllowMultipleArgumentsPerToken = true };
var databases = new Option<bool>("--databases") { Description = "Over SQLite files and a PostgreSQL of its own, each seed compared with the model." };
var soak = new Option<int?>("--soak") { Description = "Minutes: seed after seed until they are over, in place of --seeds." };
var invariants = new Option<bool>("--invariants") { Description = "Tell which invariants of the protocol runs are held to, and which not yet, and stop." };
var trace = new Option<bool>("--trace") { Description = "Tell what happens in the first seed, line by line, and stop." };
var command = new RootCommand("Devices, network and cloud under faults, in virtual time, repeatable by seed. Exit code 0: everything holds; 1: something is broken.")
{
    seeds, firstSeed, stores, devices, minutes, faults, without, databases, soak, invariants, trace,
};

faults.Validators.Add(result =>
{
    if (Flags<Faults>(result.GetValueOrDefault<string[]>()) is null) result.AddError($"--faults wants some of {string.Join(", ", Enum.GetNames<Faults>())}.");
});
without.Validators.Add(result =>
{
    if (Flags<ProtocolRule>(result.GetValueOrDefault<string[]>()) is null) result.AddError($"--without wants some of {string.Join(", ", Enum.GetNames<ProtocolRule>())}.");
});
command.Validators.Add(result =>
{
    if (result.GetValue(databases) && Flags<ProtocolRule>(result.GetValue(without)) is { } rules && rules != ProtocolRule.None) result.AddError("--without takes rules out of the model alone, so it does not go with --databases.");
});
command.SetAction(async (arguments, stoppingToken) =>
{
    if (arguments.GetValue(invariants))
    {
        foreach (var invariant in Invariant.All) Console.WriteLine(invariant);
        return 0;
    }

    var options = new SimulationOptions
    {
        Stores = arguments.GetValue(stores),
        Devices = arguments.GetValue(devices),
        Minutes = arguments.GetValue(minutes),
        Faults = Flags<Faults>(arguments.GetValue(faults)) ?? Faults.None,
        Without = Flags<ProtocolRule>(arguments.GetValue(without)) ?? ProtocolRule.None,
        Databases = arguments.GetValue(databases),
    };
    await using var server = options.Databases ? await RealServer.StartAsync() : null;
    var first = arguments.GetValue(firstSeed);
    if (arguments.GetValue(trace))
    {
        var place = server?.Take();
        try
        {
            return SeedRun.Run(options, first, Console.Out, place).Violation is null ? 0 : 1;
        }
        finally
        {
            place?.Dispose();
        }
    }

    var shown = 0;
    var lasts = arguments.GetValue(soak) is { } limit ? TimeSpan.FromMinutes(limit) : (TimeSpan?)null;
    var result = Campaign.Run(options, first, lasts is null ? arguments.GetValue(seeds) : long.MaxValue, Environment.ProcessorCount, server, lasts, failed =>
    {
        if (++shown <= FailuresShown) Console.WriteLine($"seed {failed.Seed}: {failed.Violation}\n  {options.ReplayCommand(failed.Seed)}");
    }, stoppingToken: stoppingToken);
    foreach (var invariant in Invariant.All.Where(each => !each.IsLookedAt)) Console.WriteLine(invariant);
    foreach (var (what, count) in result.Tally.Counts) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what.PadRight(TableWidth)} {count,10:N0}"));
    var twice = options.Databases ? "each over the model and over SQLite and PostgreSQL with an equal trace" : "each twice with an equal trace";
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Seeds:N0} seeds, {result.Entries:N0} entries, {twice}, {result.Elapsed.TotalSeconds:N1} s ({result.Seeds / result.Elapsed.TotalSeconds:N1} seeds/s)"));
    Console.WriteLine(result.Holds ? "Every invariant holds." : string.Create(CultureInfo.InvariantCulture, $"{result.Failures.Count:N0} of {result.Seeds:N0} seeds break an invariant."));
    return result.Holds ? 0 : 1;
});

var parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    return 2;
}

try
{
    // Ctrl-C ends it after the seeds under way: what they came to is told, and the server is stopped.
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
}
catch (EmbeddedPostgresException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

static TEnum? Flags<TEnum>(string[]? names)
    where TEnum : struct, Enum => Enum.TryParse<TEnum>(string.Join(",", names ?? []), ignoreCase: true, out var flags) ? flags : null;
