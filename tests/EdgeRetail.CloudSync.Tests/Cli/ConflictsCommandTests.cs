using EdgeRetail.CloudSync.Tests.Operations;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.Cli;

public sealed class ConflictsCommandTests
{
    TemporaryDirectory folder = null!;
    ShopHistory history = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        folder = new();
        history = await ShopHistory.MakeAsync();
        await File.WriteAllTextAsync(folder["connection"], history.Shop.ConnectionString);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await history.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_policy_is_set_a_conflict_waits_for_a_person_and_is_resolved_once()
    {
        Assert.That((await RunAsync("policy", "list")).Output, Does.Contain("latest-wins").And.Contain("nobody yet"));
        Assert.That((await RunAsync("policy", "set", "name", "manual", "--actor", "ann", "--reason", "we look at each")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("policy", "list")).Output, Does.Contain("manual").And.Contain("we look at each"));
        history.Second.Device.Wait(TimeSpan.FromSeconds(1));
        history.First.Edit(ShopHistory.Pen, "Pen, blue");
        history.Second.Edit(ShopHistory.Pen, "Blue pen");
        await history.SendAsync(history.First);
        await history.SendAsync(history.Second);

        var list = await RunAsync("conflicts", "list", "--json");
        var item = list.Json.GetProperty("items")[0];
        var (id, take) = (item.GetProperty("conflictId").GetString()!, item.GetProperty("first").GetProperty("entryId").GetString()!);
        Assert.That((await RunAsync("conflicts", "list")).Output, Does.Contain("1 open").And.Contain("Pen, blue").And.Contain("Blue pen"));
        Assert.That((await RunAsync("conflicts", "show", id)).Output, Does.Contain("a person decides").And.Contain("conflicts resolve"));
        Assert.That((await RunAsync("conflicts", "rehearse", "name", "latest-wins", "--days", "1")).Output, Does.Contain("1 conflict of 1").And.Contain("“Blue pen”"));

        var resolved = await RunAsync("conflicts", "resolve", id, "--take", take, "--actor", "ann", "--reason", "as on the pack");
        Assert.That((resolved.ExitCode, resolved.Output), Is.EqualTo((0, resolved.Output)));
        Assert.That(resolved.Output, Does.Contain("“Pen, blue”"));
        var again = await RunAsync("conflicts", "resolve", id, "--catalogue", "--actor", "bob", "--reason", "too late", "--json");
        Assert.That((again.ExitCode, again.ErrorCode), Is.EqualTo((1, "ALREADY_RESOLVED")));
        Assert.That(again.Output, Does.Contain("ann resolved it"));
        Assert.That((await RunAsync("edit", ShopHistory.Pen, "brand", "Ours", "--store", "1", "--actor", "ann")).Output, Does.Contain("“Ours”"));
        Assert.That((await RunAsync("rebuild")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("verify")).ExitCode, Is.Zero);
    }

    [TestCase(2, "conflicts", "resolve", "not-an-id", "--value", "x", "--actor", "ann", "--reason", "x")]
    [TestCase(2, "conflicts", "resolve", "01994d2c-5c00-8abc-8def-0123456789ab", "--actor", "ann", "--reason", "x")]
    [TestCase(2, "conflicts", "list", "--state", "closed")]
    [TestCase(2, "conflicts", "list", "--limit", "0")]
    [TestCase(2, "conflicts", "list", "--after", "x")]
    [TestCase(1, "conflicts", "show", "01994d2c-5c00-8abc-8def-0123456789ab")]
    [TestCase(1, "conflicts", "resolve", "01994d2c-5c00-8abc-8def-0123456789ab", "--value", "x", "--actor", "ann", "--reason", "x")]
    [TestCase(1, "conflicts", "rehearse", "name", "coin-toss")]
    [TestCase(1, "policy", "set", "colour", "manual", "--actor", "ann", "--reason", "x")]
    [TestCase(1, "edit", "4006381333932", "name", "x", "--store", "1", "--actor", "ann")]
    public async Task A_command_that_makes_no_sense_ends_with_its_exit_code(int exitCode, params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Output);
        Assert.That(run.ErrorCode, Is.Not.Empty);
    }

    Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync([.. arguments, "--database-file", folder["connection"]]);
}
