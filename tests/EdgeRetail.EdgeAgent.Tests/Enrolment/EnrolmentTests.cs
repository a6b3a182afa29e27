using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Tests.Enrolment;

sealed class EnrolmentTests : AgentFixture
{
    const string Good = """
        {"format":"edgeretail-enrolment/1","cloudAddress":"http://127.0.0.1:5001","deviceId":7,"deviceCode":"T1","token":"erd_secret","streamId":"11111111-2222-4333-8444-555555555555",
         "receiptSeries":"1","storeId":1,"assignmentVersion":1,"storeName":"Corner shop","currency":"EUR","timeZone":"Europe/Berlin","dayCutOffMinutes":240,"settingsVersion":1,"later":"ignored"}
        """;

    [Test]
    public void The_file_of_the_cloud_is_read() => Assert.That(EnrolmentFile.Parse(Good), Is.EqualTo(new EnrolmentReading.Accepted(Enrolment())));

    [TestCase("http://127.0.0.1:5001", "http://10.0.0.7:5001", "TRANSPORT_NOT_LOOPBACK")]
    [TestCase("http://127.0.0.1:5001", "http://localhost.example.org:5001", "TRANSPORT_NOT_LOOPBACK")]
    [TestCase("http://127.0.0.1:5001", "http://[2001:db8::1]:5001", "TRANSPORT_NOT_LOOPBACK")]
    [TestCase("http://127.0.0.1:5001", "https://127.0.0.1:5001", "CLOUD_ADDRESS_INVALID")]
    [TestCase("http://127.0.0.1:5001", "127.0.0.1:5001", "CLOUD_ADDRESS_INVALID")]
    [TestCase("http://127.0.0.1:5001", "http://a@127.0.0.1:5001", "CLOUD_ADDRESS_INVALID")]
    [TestCase("edgeretail-enrolment/1", "edgeretail-enrolment/2", "ENROLMENT_INVALID")]
    [TestCase("\"deviceId\":7", "\"deviceId\":0", "ENROLMENT_INVALID")]
    [TestCase("\"deviceCode\":\"T1\"", "\"deviceCode\":\"T 1\"", "ENROLMENT_INVALID")]
    [TestCase("\"deviceCode\":\"T1\",", "", "ENROLMENT_INVALID")]
    [TestCase("erd_secret", "secret", "ENROLMENT_INVALID")]
    [TestCase("erd_secret", "erd_a\\nb", "ENROLMENT_INVALID")]
    [TestCase("11111111-2222-4333-8444-555555555555", "x", "ENROLMENT_INVALID")]
    [TestCase("\"receiptSeries\":\"1\"", "\"receiptSeries\":\"1-2\"", "ENROLMENT_INVALID")]
    [TestCase("\"storeId\":1", "\"storeId\":-1", "ENROLMENT_INVALID")]
    [TestCase("\"currency\":\"EUR\"", "\"currency\":\"eur\"", "ENROLMENT_INVALID")]
    [TestCase("\"dayCutOffMinutes\":240", "\"dayCutOffMinutes\":1440", "ENROLMENT_INVALID")]
    [TestCase("\"storeId\":1", "\"storeId\":\"one\"", "ENROLMENT_INVALID")]
    [TestCase("{", "[", "ENROLMENT_INVALID")]
    public void A_file_that_cannot_be_used_is_refused_without_its_secret(string part, string instead, string code)
    {
        var refused = (EnrolmentReading.Refused)EnrolmentFile.Parse(Good.Replace(part, instead, StringComparison.Ordinal));
        Assert.That(refused.Code, Is.EqualTo(code));
        Assert.That(refused.Message + refused.NextStep, Does.Not.Contain("secret"));
    }

    [TestCase("http://localhost:5001")]
    [TestCase("http://127.9.9.9:1")]
    [TestCase("http://[::1]:5001")]
    public void Loopback_is_taken_by_any_of_its_names(string address) => Assert.That(EnrolmentFile.CheckAddress(address, out _), Is.Null);

    [Test]
    public void A_missing_file_is_named() => Assert.That(((EnrolmentReading.Refused)EnrolmentFile.Read(Path.Combine(Directory, "none.json"))).Code, Is.EqualTo("ENROLMENT_FILE_MISSING"));

    [Test]
    public void The_same_device_again_keeps_the_ledger_and_takes_token_and_address()
    {
        SellMilk();
        Agent.Dispose();
        Agent.Enrol(Options, Time, Enrolment() with { Token = "erd_second", CloudAddress = new("http://127.0.0.1:6001") });
        Agent = Agent.Open(Options, Time);
        Assert.That(Agent.ReadDeviceToken(), Is.EqualTo("erd_second"));
        Assert.That(Agent.Ledger.Identity.CloudAddress, Is.EqualTo("http://127.0.0.1:6001/"));
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(2));
    }

    [Test]
    public void Another_device_is_refused_and_its_token_is_not_taken()
    {
        Agent.Dispose();
        var error = Assert.Throws<LedgerException>(() => Agent.Enrol(Options, Time, Enrolment() with { Device = new(8), DeviceCode = "T2", Token = "erd_other" }))!;
        Assert.That(error.Code, Is.EqualTo(LedgerException.OfOtherDevice));
        Agent = Agent.Open(Options, Time);
        Assert.That(Agent.ReadDeviceToken(), Is.EqualTo("erd_secret"));
    }

    [Test]
    public void A_missing_token_says_what_to_do_and_does_not_stop_selling()
    {
        File.Delete(Path.Combine(Directory, "device.token"));
        Reopen();
        Assert.That(Assert.Throws<LedgerException>(() => Agent.ReadDeviceToken())!.Code, Is.EqualTo(LedgerException.NotEnrolled));
        SellMilk();
    }

    [Test]
    public void The_secret_is_not_in_what_an_enrolment_prints() => Assert.That($"{Enrolment()}", Does.Not.Contain("secret"));

    [Test]
    public void A_new_ledger_begins_at_the_streams_start()
    {
        var state = Agent.Ledger.HelloState();
        Assert.That((state.Stream, state.LastSequence, state.LastChain, state.AcknowledgedChain, state.OldestRetained, state.LastReceiptNumber, state.SessionToken.Length, state.Outbox.Count, state.Incarnation),
            Is.EqualTo((Stream, 0L, ChainHash.Start(Stream), ChainHash.Start(Stream), 1L, 0, 0, 0L, (IncarnationId?)null)));
        Assert.That(Broken(), Is.Empty);
    }
}
