namespace EdgeRetail.DeviceCli.Tests.Commands;

[CancelAfter(120_000)]
sealed class EnrolTests
{
    [Test]
    public async Task Enrolment_makes_a_directory_that_only_its_owner_enters_and_a_token_that_only_they_read()
    {
        await using var machine = await KioskMachine.EnrolledAsync();
        Assert.That(File.GetUnixFileMode(machine.Data), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(File.GetUnixFileMode(Path.Combine(machine.Data, "device.token")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Enrolling_again_keeps_the_ledger_and_another_device_is_refused()
    {
        await using var machine = await KioskMachine.EnrolledAsync();
        (await machine.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        (await machine.RunAsync("enrol", "--from", machine["t1.json"])).Succeeds();
        Assert.That((await machine.RunAsync("outbox", "--json")).Json.GetProperty("count").GetInt64(), Is.EqualTo(1));

        machine.WriteEnrolment("t2.json", KioskMachine.NoCloud, device: 8);
        Assert.That((await machine.RunAsync("enrol", "--from", machine["t2.json"], "--json")).Error, Is.EqualTo((1, "LEDGER_OF_OTHER_DEVICE")));
    }

    [Test]
    public async Task A_cloud_beyond_this_machine_is_refused()
    {
        await using var machine = KioskMachine.Bare();
        machine.WriteEnrolment("t1.json", "http://192.0.2.1:5001");
        Assert.That((await machine.RunAsync("enrol", "--from", machine["t1.json"], "--json")).Error, Is.EqualTo((1, "TRANSPORT_NOT_LOOPBACK")));
        Assert.That(Directory.Exists(machine.Data), Is.False);
    }

    [TestCase("{}", "ENROLMENT_INVALID")]
    [TestCase("not json, erd_secret", "ENROLMENT_INVALID")]
    public async Task A_file_that_is_no_enrolment_is_refused_and_never_quoted(string content, string code)
    {
        await using var machine = KioskMachine.Bare();
        File.WriteAllText(machine["t1.json"], content);
        var refused = await machine.RunAsync("enrol", "--from", machine["t1.json"], "--json");
        Assert.That(refused.Error, Is.EqualTo((1, code)));
        Assert.That(refused.Text, Does.Not.Contain("erd_"));
    }

    [Test]
    public async Task Without_enrolment_every_command_says_how_to_enrol()
    {
        await using var machine = KioskMachine.Bare();
        foreach (var arguments in new string[][] { ["status"], ["sell", KioskMachine.Milk], ["sync"], ["run", "--kiosk-port", "0"], ["verify"] })
        {
            var refused = await machine.RunAsync([.. arguments, "--json"]);
            Assert.That(refused.Error, Is.EqualTo((3, "NOT_ENROLLED")), refused.ToString());
            Assert.That(refused.Json.GetProperty("error").GetProperty("nextStep").GetString(), Does.Contain("edgeretail enrol"));
        }
    }
}
