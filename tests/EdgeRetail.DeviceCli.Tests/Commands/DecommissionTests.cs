namespace EdgeRetail.DeviceCli.Tests.Commands;

[CancelAfter(120_000)]
sealed class DecommissionTests
{
    [Test]
    public async Task A_device_with_entries_that_have_not_arrived_is_not_taken_out_of_service_and_says_what_would_be_lost()
    {
        await using var machine = await KioskMachine.EnrolledAsync();
        (await machine.RunAsync("sell", $"{KioskMachine.Milk}*2")).Succeeds();
        (await machine.RunAsync("sell", KioskMachine.Cola)).Succeeds();
        (await machine.RunAsync("receive", $"{KioskMachine.Milk}*24")).Succeeds();

        foreach (var arguments in new string[][] { ["decommission"], ["decommission", "--discard", "2"], ["decommission", "--erase"] })
        {
            var refused = await machine.RunAsync([.. arguments, "--json"]);
            Assert.That(refused.Error, Is.EqualTo((1, "ENTRIES_UNSENT")), refused.ToString());
            Assert.That(
                refused.Json.GetProperty("error").GetProperty("message").GetString(),
                Does.StartWith("3 entries of this device have not arrived in the cloud: 2 sales, 1 receipt of goods. Receipts T1-1-000001 to T1-1-000002, 3.57 EUR in all. Recorded from ").And.Contain("CLOUD_UNREACHABLE"));
            Assert.That(refused.Json.GetProperty("error").GetProperty("nextStep").GetString(), Does.Contain("--discard 3"));
        }

        (await machine.RunAsync("decommission")).IsReadable();
        Assert.That((await machine.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.EqualTo(3), "nothing was touched");
    }

    [Test]
    public async Task Entries_that_are_given_up_by_their_count_stay_in_the_folder_of_the_ledger_and_the_key_is_gone()
    {
        await using var machine = await KioskMachine.EnrolledAsync();
        (await machine.RunAsync("sell", KioskMachine.Milk)).Succeeds();

        var done = (await machine.RunAsync("decommission", "--discard", "1", "--json")).Succeeds();

        Assert.That((done.Json.GetProperty("deviceCode").GetString(), done.Json.GetProperty("discarded").GetInt64(), done.Json.GetProperty("cloudTold").GetBoolean()), Is.EqualTo(("T1", 1L, false)));
        var folder = done.Json.GetProperty("folder").GetString()!;
        Assert.That(Path.GetFileName(folder), Does.Match(@"^decommissioned-\d{8}T\d{6}Z$"));
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "ledger.db", "hwm", "identity.json" }));
        Assert.That(Directory.GetFiles(machine.Data, "*", SearchOption.AllDirectories).Select(Path.GetFileName), Does.Not.Contain("device.token"));
        Assert.That((await machine.RunAsync("status", "--json")).Error, Is.EqualTo((3, "NOT_ENROLLED")), "and the directory is nobody's");
        Assert.That((await machine.RunAsync("status", "--data", folder, "--json")).Succeeds().Json.GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(1), "what was recorded can be looked at");
        (await machine.RunAsync("enrol", "--from", machine["t1.json"])).Succeeds();
    }

    [Test]
    public async Task A_ledger_without_entries_may_be_erased()
    {
        await using var machine = await KioskMachine.EnrolledAsync();
        var done = (await machine.RunAsync("decommission", "--erase")).Succeeds();
        done.IsReadable();
        Assert.That(done.Text, Does.Contain("Its ledger was erased.").And.Contain("cloud-sync device retire T1"));
        Assert.That(Directory.GetFiles(machine.Data).Select(Path.GetFileName), Is.EqualTo(new[] { "agent.lock" }));
    }

    [Test]
    public async Task A_device_that_sells_is_stopped_first()
    {
        await using var machine = await KioskMachine.EnrolledAsync();
        await machine.KeepRunningAsync();
        var refused = await machine.RunAsync("decommission", "--json");
        Assert.That(refused.Error, Is.EqualTo((4, "LEDGER_BUSY")));
        Assert.That(refused.Json.GetProperty("error").GetProperty("nextStep").GetString(), Does.Contain("Stop 'edgeretail run'"));
    }

    [Test]
    public async Task Nothing_that_was_never_enrolled_is_taken_out_of_service()
    {
        await using var machine = KioskMachine.Bare();
        Assert.That((await machine.RunAsync("decommission", "--json")).Error, Is.EqualTo((3, "NOT_ENROLLED")));
    }
}
