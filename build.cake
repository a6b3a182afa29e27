using System.Xml.Linq;

// Usually called by build.sh, which first sees to what the machine lacks and then shows the last line of a target.

var target = Argument("target", "build");
var configuration = Argument("configuration", "Release");
var filter = Argument("filter", "");
var verify = HasArgument("verify");

var artifacts = MakeAbsolute(Directory("artifacts"));
var results = artifacts.Combine("test-results");
var labs = results.Combine("labs");
var output = configuration.ToLowerInvariant();
var isCi = EnvironmentVariable("CI") == "true";

string[] runtimes = ["linux-x64", "linux-arm64"];

void Run(string command, ProcessArgumentBuilder arguments, IDictionary<string, string> environment = null)
{
    var exitCode = StartProcess(command, new ProcessSettings { Arguments = arguments, EnvironmentVariables = environment ?? new Dictionary<string, string>() });
    if (exitCode != 0) throw new CakeException($"{command} {arguments.RenderSafe()} ended with {exitCode}");
}

void Build(string project) => Run("dotnet", new ProcessArgumentBuilder()
    .Append("build").Append(project).Append($"--configuration {configuration}").Append("--nologo --verbosity quiet -nodeReuse:false"));

bool Has(string command) => Context.Tools.Resolve(command) != null || (EnvironmentVariable("PATH") ?? "").Split(':').Any(folder => System.IO.File.Exists(System.IO.Path.Combine(folder, command)));

bool CanLink(string runtime) => Has("clang") && Has("ld.lld") && Has("llvm-objcopy") && (runtime == NativeRuntime() || Has(runtime == "linux-arm64" ? "aarch64-linux-gnu-gcc" : "x86_64-linux-gnu-gcc"));

string NativeRuntime() => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "linux-arm64" : "linux-x64";

void Publish(string project, string runtime, string name)
{
    var folder = artifacts.Combine($"publish/{runtime}/{name}");
    if (DirectoryExists(folder)) DeleteDirectory(folder, new() { Recursive = true });
    Run("dotnet", new ProcessArgumentBuilder()
        .Append("publish").Append(project).Append("--configuration Release").Append($"--runtime {runtime}").Append("--self-contained")
        .Append("--output").AppendQuoted(folder.FullPath).Append("--nologo --verbosity quiet -nodeReuse:false"));

    // What a debugger needs stays here; what runs is shipped.
    var symbols = artifacts.Combine($"symbols/{runtime}");
    EnsureDirectoryExists(symbols);
    foreach (var file in GetFiles($"{folder}/*.dbg").Concat(GetFiles($"{folder}/*.pdb")))
    {
        CopyFileToDirectory(file, symbols);
        DeleteFile(file);
    }

    Information($"{runtime}/{name}: {GetFiles($"{folder}/**/*").Sum(file => FileSize(file)) / 1_000_000.0:0.0} MB");
}

void PublishDevice(string runtime) => Publish("edge-agent/EdgeRetail.DeviceCli", runtime, "edgeretail");

void PublishCloud(string runtime) => Publish("cloud-sync/EdgeRetail.CloudSync", runtime, "cloud-sync");

void Test(IEnumerable<string> assemblies, string name, IDictionary<string, string> environment, string filter)
{
    var arguments = new ProcessArgumentBuilder().Append("test");
    foreach (var assembly in assemblies) arguments.AppendQuoted(assembly);
    arguments.Append("--logger").AppendQuoted($"trx;LogFileName={name}.trx").Append("--logger").AppendQuoted("console;verbosity=minimal")
        .Append("--results-directory").AppendQuoted(results.FullPath)
        .Append("--blame-hang --blame-hang-timeout 20m --blame-hang-dump-type none");
    if (filter != "") arguments.Append("--filter").AppendQuoted(filter);
    environment = new Dictionary<string, string>(environment) { ["EDGERETAIL_LAB_FIGURES"] = labs.FullPath };
    // Several runs go at once, so each says what it has to say when it is through.
    var exitCode = StartProcess("dotnet", new ProcessSettings { Arguments = arguments, EnvironmentVariables = environment, RedirectStandardOutput = true }, out var lines);
    lock (brokenRuns)
    {
        Console.WriteLine($"---- {name}");
        foreach (var line in lines) Console.WriteLine(line);
        if (exitCode != 0) brokenRuns.Add(name);
    }
}

var brokenRuns = new List<string>();

// The last thing said before the count, so that the end of a long output is enough to know what broke.
void SayWhatFailed()
{
    foreach (var file in GetFiles($"{results}/*.trx"))
    {
        foreach (var result in XDocument.Load(file.FullPath).Descendants().Where(element => element.Name.LocalName == "UnitTestResult" && (string)element.Attribute("outcome") == "Failed"))
        {
            string Text(string name) => string.Join("\n    ", (result.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "").Split('\n').Select(line => line.TrimEnd()).Where(line => line != "").Take(12));
            Error($"{file.GetFilenameWithoutExtension()}: {result.Attribute("testName")?.Value}\n    {Text("Message")}\n    {Text("StackTrace")}");
        }
    }
}

// Ignored tests are no outcome of their own in a trx file: they are what was found and not executed.
(int Passed, int Failed, int Skipped) Sum()
{
    var counters = GetFiles($"{results}/*.trx").Select(file => XDocument.Load(file.FullPath).Descendants().First(element => element.Name.LocalName == "Counters")).ToList();
    int Total(string name) => counters.Sum(counter => (int)counter.Attribute(name));
    return (Total("passed"), Total("executed") - Total("passed"), Total("total") - Total("executed"));
}

string TestAssembly(string name) => artifacts.Combine($"bin/{name}/{output}").CombineWithFilePath($"{name}.dll").FullPath;

Dictionary<string, string> OldestPostgres()
{
    if (FileExists("/usr/lib/postgresql/15/bin/postgres")) return new() { ["EDGERETAIL_TEST_PG"] = "15" };
    if (isCi) throw new CakeException("POSTGRESQL_15_MISSING: the oldest PostgreSQL that the cloud runs on is not here, so nothing would be tested on it");
    Warning("PostgreSQL 15 is not here: the first run takes the PostgreSQL it finds, and what 15 does not know goes unnoticed");
    return [];
}

// What the labs have to do, by the names of LabFigure.
const int ModelSeeds = 10_000;
const int LabMinutes = 15;
(string Figure, string Words, long Min)[] labFigures =
    [("ModelSeeds", "model seeds", ModelSeeds), ("DatabaseSeeds", "database seeds", 200), ("CrashStates", "crash states", 20_000), ("ProcessKills", "process kills", 400)];

// Prints what each lab did, and returns what there was too little of.
List<string> SumLabs()
{
    var did = GetFiles($"{labs}/*.json").Select(file => System.Text.Json.Nodes.JsonNode.Parse(System.IO.File.ReadAllText(file.FullPath)))
        .Select(lab => (Name: (string)lab["name"], Seconds: (double)lab["seconds"], Counts: labFigures.Select(figure => (long)lab["figures"][figure.Figure]).ToList()))
        .OrderBy(lab => lab.Name, StringComparer.Ordinal).ToList();
    var sums = labFigures.Select((_, index) => did.Sum(lab => lab.Counts[index])).ToList();
    string Row(string name, IEnumerable<string> cells) => $"{name,-26}{string.Concat(cells.Select(cell => $"{cell,16}"))}";
    IEnumerable<string> Numbers(IEnumerable<long> counts) => counts.Select(count => count == 0 ? "" : FormattableString.Invariant($"{count:N0}"));
    Console.WriteLine(Row("Labs", labFigures.Select(figure => figure.Words).Append("seconds")));
    foreach (var lab in did) Console.WriteLine(Row("  " + lab.Name, Numbers(lab.Counts).Append(FormattableString.Invariant($"{lab.Seconds:N0}"))));
    Console.WriteLine(Row("  in all", Numbers(sums)));
    Console.WriteLine(Row("  at least", Numbers(labFigures.Select(figure => figure.Min))));
    return labFigures.Select((figure, index) => (figure, Sum: sums[index])).Where(each => each.Sum < each.figure.Min)
        .Select(each => FormattableString.Invariant($"{each.Sum:N0} of {each.figure.Min:N0} {each.figure.Words}")).ToList();
}

void ThrowIfShort(List<string> missing)
{
    if (missing.Count > 0) throw new CakeException($"LAB_FIGURES_SHORT: {string.Join(", ", missing)}. Next: see above which lab was skipped, failed or broke off.");
}

Task("build").Description("builds everything, warnings are errors")
    .Does(() => Build("EdgeRetail.sln"));

Task("publish-for-test").Description("the executables as they are installed, for the tests that run them")
    .WithCriteria(filter == "", "a filtered run takes what is published already")
    .Does(() =>
    {
        foreach (var runtime in runtimes)
        {
            if (CanLink(runtime)) PublishDevice(runtime);
            else if (isCi) throw new CakeException($"BUILD_TOOLS_MISSING: {runtime} cannot be linked here");
            else Warning($"{runtime} cannot be linked here (clang, lld, llvm or the other machine's gcc is missing): its tests are skipped");
        }

        PublishCloud(NativeRuntime());
    });

Task("test").Description("every test; what merges, feeds and settles also on the other PostgreSQL [--filter EXPRESSION]")
    .IsDependentOn("build")
    .IsDependentOn("publish-for-test")
    .Does(() =>
    {
        CleanDirectory(results);
        var assemblies = GetFiles($"tests/*.Tests/*.csproj")
            .Select(project => project.GetFilenameWithoutExtension().FullPath)
            .OrderBy(name => name, StringComparer.Ordinal)
            .ToDictionary(name => name, TestAssembly);
        var oldest = OldestPostgres();

        // The tests of whole processes wait for most of their time; all others run beside them.
        const string Whole = "EdgeRetail.EndToEnd.Tests";
        string[] after = ["EdgeRetail.DeviceCli.Tests", "EdgeRetail.Kiosk.Tests"];
        // The schema, and the statements that merge, feed and settle; all else is run on the oldest only.
        string[] statements = ["Storage", "Ingest", "ChangeFeed", "CloudEntries"];
        var withStatements = string.Join('|', statements.Select(stage => $"FullyQualifiedName~.CloudSync.Tests.{stage}."));
        System.Threading.Tasks.Task.WaitAll(
            System.Threading.Tasks.Task.Run(() =>
            {
                Test([assemblies[Whole]], "end-to-end", oldest, filter);
                Test(
                    [assemblies["EdgeRetail.CloudSync.Tests"]], "database-tests-on-postgresql-18", new Dictionary<string, string> { ["EDGERETAIL_TEST_PG"] = "18" },
                    filter == "" ? withStatements : filter);
                Test(after.Select(name => assemblies[name]), "till-and-commands", oldest, filter);
            }),
            System.Threading.Tasks.Task.Run(() => Test(assemblies.Where(each => each.Key != Whole && !after.Contains(each.Key)).Select(each => each.Value), "all-others", oldest, filter)));

        var (passed, failed, skipped) = Sum();
        if (brokenRuns.Count > 0 && failed == 0)
        {
            Error($"Broke off before its end: {string.Join(", ", brokenRuns)}");
            failed = brokenRuns.Count;
        }

        var missing = filter == "" ? SumLabs() : [];
        SayWhatFailed();
        System.IO.File.WriteAllText($"{artifacts}/last-line.txt", $"{passed} passed, {failed} failed, {skipped} skipped\n");
        if (failed > 0) throw new CakeException($"{failed} tests failed");
        if (passed == 0) throw new CakeException("no test ran");
        if (isCi) ThrowIfShort(missing);
        else if (missing.Count > 0) Information($"Of the labs a desk runs a part ({string.Join(", ", missing)}): ./build.sh labs runs them whole.");
    });

Task("labs").Description("simulator, crash labs and crash tests alone, as many as CI runs, and how long they took")
    .IsDependentOn("build")
    .Does(() =>
    {
        if (!CanLink(NativeRuntime())) throw new CakeException("BUILD_TOOLS_MISSING: the labs start the device's executable a thousand times, and clang, lld or llvm is missing to link it");
        PublishDevice(NativeRuntime());
        PublishCloud(NativeRuntime());
        CleanDirectory(results);
        var whole = OldestPostgres();
        whole["EDGERETAIL_SIMULATED_SEEDS"] = ModelSeeds.ToString();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        // The labs of whole processes wait for most of their time; those that compute run beside them.
        System.Threading.Tasks.Task.WaitAll(
            System.Threading.Tasks.Task.Run(() => Test([TestAssembly("EdgeRetail.EndToEnd.Tests")], "crashes-end-to-end", whole, "FullyQualifiedName~.EndToEnd.Tests.CloudLab.|FullyQualifiedName~.EndToEnd.Tests.Crashes.")),
            System.Threading.Tasks.Task.Run(() =>
            {
                Test([TestAssembly("EdgeRetail.CrashLab.Tests")], "crash-lab", whole, "");
                Test([TestAssembly("EdgeRetail.Simulation.Tests")], "simulator", whole, "");
            }));

        var took = watch.Elapsed;
        var (passed, failed, skipped) = Sum();
        var missing = SumLabs();
        System.IO.File.WriteAllText(
            $"{artifacts}/last-line.txt",
            FormattableString.Invariant($"{passed} passed, {failed} failed, {skipped} skipped in {took.TotalMinutes:0.0} minutes on {Environment.ProcessorCount} processors; on 2 with nothing beside, {LabMinutes} are allowed\n"));
        if (failed > 0 || brokenRuns.Count > 0) throw new CakeException($"{failed} tests failed in {string.Join(", ", brokenRuns)}");
        ThrowIfShort(missing);
    });

Task("demo").Description("kiosks that sell, lose their network and come back [--check] [--sales FILE] [--sabotage lose|double|reorder|drift]")
    .Does(() => Build("tests/EdgeRetail.Demo"));

Task("simulate").Description("devices, network and cloud under faults, in virtual time, repeatable by seed")
    .Does(() => Build("tests/EdgeRetail.Simulation"));

Task("bench").Description("figures beside the limits of this machine, in a table and in artifacts/bench.json")
    .Does(() =>
    {
        Build("tests/EdgeRetail.Benchmarks");
        if (CanLink(NativeRuntime())) PublishDevice(NativeRuntime());
        else Warning("clang, lld or llvm is missing: the agent is measured as the build left it, not as a shop gets it");
        PublishCloud(NativeRuntime());
    });

Task("publish").Description("self-contained linux-x64 and linux-arm64 builds into artifacts/publish")
    .Does(() =>
    {
        foreach (var runtime in runtimes)
        {
            if (!CanLink(runtime)) throw new CakeException($"BUILD_TOOLS_MISSING: {runtime} cannot be linked here: clang, lld, llvm or the other machine's gcc is missing");
            PublishDevice(runtime);
            PublishCloud(runtime);
        }
    });

Task("format").Description("formats the code [--verify: only says what differs]")
    .Does(() => Run("dotnet", new ProcessArgumentBuilder().Append("format EdgeRetail.sln --exclude-diagnostics IDE0130").Append(verify ? "--verify-no-changes" : "")));

Task("audit").Description("known vulnerabilities of packages are errors here")
    .Does(async () =>
    {
        // A package source without that list makes every restore look clean.
        StartProcess("dotnet", new ProcessSettings { Arguments = "nuget list source --format short", RedirectStandardOutput = true }, out var listed);
        var sources = listed.Where(line => line.StartsWith("E ")).Select(line => line[2..].Trim()).ToList();
        using var http = new System.Net.Http.HttpClient();
        var lists = await System.Threading.Tasks.Task.WhenAll(sources.Where(source => source.StartsWith("http")).Select(source => http.GetStringAsync(source)));
        if (!lists.Any(index => index.Contains("VulnerabilityInfo")))
            throw new CakeException("AUDIT_DATA_MISSING: no package source of this machine lists vulnerabilities, so nothing was audited. Next: run this where one does, such as the public NuGet source.");

        Run("dotnet", new ProcessArgumentBuilder().Append("restore EdgeRetail.sln --force -p:AuditIsStrict=true -nodeReuse:false"));
        Run("npm", new ProcessArgumentBuilder().Append("audit --prefix edge-agent/EdgeRetail.Kiosk/web"));
    });

Task("clean").Description("takes away what builds made")
    .Does(() =>
    {
        foreach (var folder in new[] { artifacts, Directory("edge-agent/EdgeRetail.Kiosk/wwwroot").Path, Directory("edge-agent/EdgeRetail.Kiosk/web/node_modules").Path })
            if (DirectoryExists(folder)) DeleteDirectory(folder, new() { Recursive = true, Force = true });
    });

RunTarget(target);
