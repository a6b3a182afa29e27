using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.DeviceCli.Tests.Hosting;

[CancelAfter(120_000)]
sealed class RunTests
{
    KioskMachine kiosk = null!;

    [SetUp]
    public async Task Enrolled() => kiosk = await KioskMachine.EnrolledAsync();

    [TearDown]
    public async Task Closed() => await kiosk.DisposeAsync();

    [Test]
    public async Task It_says_where_it_is_serves_the_page_and_stops_when_told_to()
    {
        var page = await kiosk.KeepRunningAsync();
        using var http = new HttpClient();
        Assert.That(await http.GetStringAsync(new Uri(page)), Does.Contain("<!doctype html>").IgnoreCase);
        Assert.That(File.GetUnixFileMode(kiosk.SocketPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(await kiosk.StopRunningAsync(), Is.Zero);
        Assert.That(Directory.EnumerateFiles(Path.Combine(kiosk.Data, "logs")), Is.Not.Empty);
    }

    [Test]
    public async Task To_people_it_says_it_in_a_sentence()
    {
        await using var process = kiosk.Start("run", "--kiosk-port", "0");
        Assert.That(await process.LineAsync("The kiosk page is at"), Does.Match(@"^The kiosk page is at http://127\.0\.0\.1:\d+\. Stop with Ctrl-C\.$"));
        Assert.That(await process.StopAsync(), Is.Zero);
    }

    [Test]
    public async Task A_second_one_is_refused_and_names_the_first()
    {
        await kiosk.KeepRunningAsync();
        var second = await kiosk.RunAsync("run", "--kiosk-port", "0", "--json");
        Assert.That(second.Error, Is.EqualTo((4, "LEDGER_BUSY")));
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
    }

    [Test]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var refused = await kiosk.RunAsync("run", "--kiosk-port", $"{((IPEndPoint)taken.LocalEndpoint).Port}", "--json");
        Assert.That(refused.Error, Is.EqualTo((1, "KIOSK_PORT_IN_USE")));
    }

    [Test]
    public async Task A_cloud_beyond_this_machine_is_refused()
    {
        var refused = await kiosk.RunAsync("run", "--kiosk-port", "0", "--cloud", "http://192.0.2.1:5001", "--json");
        Assert.That(refused.Error, Is.EqualTo((1, "TRANSPORT_NOT_LOOPBACK")));
    }

    [Test]
    public async Task A_ledger_of_a_newer_version_is_left_alone()
    {
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(kiosk.Data, "ledger.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 4711";
            command.ExecuteNonQuery();
        }

        foreach (var arguments in new string[][] { ["run", "--kiosk-port", "0"], ["sell", KioskMachine.Milk], ["status"] })
            Assert.That((await kiosk.RunAsync([.. arguments, "--json"])).Error, Is.EqualTo((4, "LEDGER_NEWER_VERSION")));
    }

    [Test]
    public async Task After_a_kill_the_socket_that_stayed_behind_is_no_obstacle_and_nothing_is_lost()
    {
        await kiosk.KeepRunningAsync();
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        await kiosk.KillRunningAsync();
        Assert.That(File.Exists(kiosk.SocketPath), Is.True, "the test is about a socket that is left");
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.EqualTo(2));

        await kiosk.KeepRunningAsync();
        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.EqualTo(2));
        Assert.That((await kiosk.RunAsync("verify")).ExitCode, Is.Zero);
    }

    [TestCase(true, TestName = "A_command_whose_answer_was_lost_is_asked_once_more_and_recorded_once")]
    [TestCase(false, TestName = "A_command_that_was_lost_on_its_way_is_asked_once_more_and_recorded_once")]
    public async Task A_command_whose_agent_goes_away_is_asked_once_more_and_recorded_once(bool afterRecording)
    {
        await kiosk.KeepRunningAsync();
        await using (var between = new LostAnswer(kiosk.SocketPath, afterRecording))
        {
            var sold = await kiosk.RunAsync("sell", KioskMachine.Milk, "--json");
            Assert.That(sold.ExitCode, Is.Zero, sold.ToString());
            Assert.That((sold.Json.GetProperty("replayed").GetBoolean(), between.Lost), Is.EqualTo((afterRecording, 1)), sold.ToString());
        }

        Assert.That((await kiosk.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.EqualTo(1));
        Assert.That((await kiosk.RunAsync("verify")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_broken_ledger_makes_verify_end_with_its_own_code()
    {
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(kiosk.Data, "ledger.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM pending_row";
            command.ExecuteNonQuery();
        }

        var verified = await kiosk.RunAsync("verify");
        Assert.That(verified.ExitCode, Is.EqualTo(6), verified.ToString());
        Assert.That(verified.Text, Does.Contain("BROKEN"));
    }
}
