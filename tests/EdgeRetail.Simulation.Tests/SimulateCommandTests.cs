using EdgeRetail.TestKit;

namespace EdgeRetail.Simulation.Tests;

/// <summary><c>./build.sh simulate</c> as a process: its exit codes, its summary, and that the command it prints repeats a failure.</summary>
[TestFixture]
public sealed class SimulateCommandTests
{
    [Test]
    public async Task What_holds_ends_with_0_and_a_summary()
    {
        var run = await RunAsync("--seeds", "20", "--minutes", "5");
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var lines = run.Output.Split('\n');
        Assert.That(lines[^2], Does.Match(@"^20 seeds, [\d,]+ entries, each twice with an equal trace, "), run.ToString());
        Assert.That(lines[^1], Is.EqualTo("Every invariant holds."), run.ToString());
    }

    [Test]
    public async Task What_breaks_ends_with_1_and_the_command_that_it_prints_breaks_again()
    {
        var run = await RunAsync("--seeds", "5", "--minutes", "5", "--without", "DeDuplication");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.ToString());
        Assert.That(run.Output.Split('\n')[^1], Does.Match("^[1-5] of 5 seeds break an invariant.$"), run.ToString());

        var (failed, command) = run.Output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("seed ", StringComparison.Ordinal) || line.StartsWith("./build.sh simulate ", StringComparison.Ordinal)).Take(2).ToList() switch
        {
            [var first, var second] => (first, second),
            _ => throw new AssertionException(run.ToString()),
        };
        var again = await RunAsync(command.Split(' ')[2..]);
        Assert.That(again.ExitCode, Is.EqualTo(1), again.ToString());
        Assert.That(again.Output, Does.Contain(failed), "the same seed, the same violation");
    }

    [TestCase("--faults", "Earthquake")]
    [TestCase("--without", "Gravity")]
    [TestCase("--without", "Fence", "--databases")]
    [TestCase("--seeds", "many")]
    public async Task What_cannot_be_asked_for_ends_with_2_and_says_what_can(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.That((run.ExitCode, run.Errors.Length > 20, run.Output), Is.EqualTo((2, true, "")), run.ToString());
    }

    static async Task<CommandOutcome> RunAsync(params string[] arguments)
    {
        await using var process = ProductProcess.Start(RepositoryRoot.Output("EdgeRetail.Simulation", "EdgeRetail.Simulation"), arguments);
        return await CommandOutcome.OfAsync(process, "simulate " + string.Join(' ', arguments));
    }
}
