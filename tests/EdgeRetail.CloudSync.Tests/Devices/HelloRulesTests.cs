using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Devices;

public sealed class HelloRulesTests
{
    static readonly StreamId Stream = new(new Guid("11111111-1111-4111-8111-111111111111"));
    static readonly StreamId OtherStream = new(new Guid("22222222-2222-4222-8222-222222222222"));
    static readonly ChainHash Chain = ChainHash.Start(Stream).Append(1, Hash256.Of([1]));
    static readonly ChainHash OtherChain = ChainHash.Start(Stream).Append(1, Hash256.Of([2]));

    /// <summary>The cloud is in session 5, used, at sequence 10; the device has 12 entries and the current token.</summary>
    static readonly HelloStanding Standing = new(DeviceState.Active, null, 5, 5, Stream, 10, Chain, []);
    static readonly HelloClaims Claims = new(1, 1, Stream, 12, OtherChain, 1, new SessionTokenReading.Authentic(5), null, 1, "till-1");

    static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("The current token resumes under the next number", Claims, Standing, new HelloDecision.Resume(6));
        yield return Case("The first Hello has no token", Claims with { Token = new SessionTokenReading.Absent(), LastSequence = 0, LastChain = Chain }, Standing with { SessionNumber = 0, LastUsedSession = 0, AppliedThrough = 0 }, new HelloDecision.Resume(1));
        yield return Case("A Welcome was lost: the token before it, and nobody used the new one", Claims with { Token = new SessionTokenReading.Authentic(4) }, Standing with { LastUsedSession = 4 }, new HelloDecision.Resume(6));
        yield return Case("Several Welcomes were lost in a row", Claims with { Token = new SessionTokenReading.Authentic(2) }, Standing with { LastUsedSession = 2 }, new HelloDecision.Resume(6));
        yield return Case("A superseded token whose successor was used", Claims with { Token = new SessionTokenReading.Authentic(4) }, Standing, "LEDGER_COPIED");
        yield return Case("A token older than the last one used", Claims with { Token = new SessionTokenReading.Authentic(3) }, Standing with { LastUsedSession = 4 }, "LEDGER_COPIED");
        yield return Case("The cloud was set back past a Hello: the number is adopted", Claims with { Token = new SessionTokenReading.Authentic(9) }, Standing, new HelloDecision.Resume(10));
        yield return Case("And its stream too", Claims with { Token = new SessionTokenReading.Authentic(9), Stream = OtherStream }, Standing with { AppliedThrough = 0 }, new HelloDecision.Resume(10));
        yield return Case("A key that was lost is no evidence of a clone", Claims with { Token = new SessionTokenReading.UnknownKey() }, Standing, new HelloDecision.Resume(6));
        yield return Case("Another stream than the current one", Claims with { Stream = OtherStream }, Standing, "STREAM_UNKNOWN");
        yield return Case("No stream", Claims with { Stream = null }, Standing, "ENROLLED_AGAIN");
        yield return Case("The ledger was set back", Claims with { LastSequence = 9 }, Standing, "LEDGER_SET_BACK");
        yield return Case("The same sequence with another chain", Claims with { LastSequence = 10 }, Standing, "LEDGER_FORKED");
        yield return Case("The same sequence with the same chain", Claims with { LastSequence = 10, LastChain = Chain }, Standing, new HelloDecision.Resume(6));
        yield return Case("The same sequence without a chain", Claims with { LastSequence = 10, LastChain = null }, Standing, "LEDGER_FORKED");
        yield return Case("The cloud has forgotten what it acknowledged", Claims with { LastSequence = 12 }, Standing with { AppliedThrough = 0, AppliedChain = ChainHash.Start(Stream) }, new HelloDecision.Resume(6));
        yield return Case("The cloud has forgotten what the device no longer retains", Claims with { OldestRetained = 9 }, Standing with { AppliedThrough = 5 }, "CLOUD_LOST_DURABLE");
        yield return Case("The cloud has all that the device no longer retains", Claims with { OldestRetained = 11 }, Standing, new HelloDecision.Resume(6));
        yield return Case("The device reports a fork", Claims with { Fork = new("CHAIN_MISMATCH", "The cloud holds other entries.") }, Standing, "CHAIN_MISMATCH");
        yield return Case("A revoked device", Claims, Standing with { State = DeviceState.Revoked }, new HelloDecision.Revoked());
        yield return Case("A held device", Claims, Standing with { State = DeviceState.Held }, new HelloDecision.Held(null));
        yield return Case("A protocol of tomorrow", Claims with { ProtocolMin = 2, ProtocolMax = 3 }, Standing, new HelloDecision.ProtocolUnsupported());
        yield return Case("A range that includes today's", Claims with { ProtocolMax = 3 }, Standing, new HelloDecision.Resume(6));
    }

    [TestCaseSource(nameof(Cases))]
    public void Hello_is_answered(HelloClaims claims, HelloStanding standing, object expected)
    {
        var decision = HelloRules.Decide(claims, standing);
        if (expected is string code) Assert.That((decision as HelloDecision.NewStream)?.Code, Is.EqualTo(code), $"{decision}");
        else Assert.That(decision, Is.EqualTo(expected));
    }

    static TestCaseData Case(string name, HelloClaims claims, HelloStanding standing, object expected) => new TestCaseData(claims, standing, expected).SetName(name);

    [Test]
    public void What_the_cloud_forgot_and_the_device_no_longer_retains_is_recorded_as_a_hole()
    {
        var decision = (HelloDecision.NewStream)HelloRules.Decide(Claims with { OldestRetained = 9 }, Standing with { AppliedThrough = 5 });
        Assert.That(decision.Hole, Is.EqualTo(new SequenceRange(6, 8)));
    }

    [Test]
    public void A_hole_is_recorded_whatever_else_the_new_stream_is_opened_for()
    {
        var (claims, standing) = (Claims with { OldestRetained = 9 }, Standing with { AppliedThrough = 5 });
        HelloClaims[] cases =
        [
            claims with { Fork = new("LOCAL_ROLLBACK", "The ledger is behind its mark.") },
            claims with { Token = new SessionTokenReading.Authentic(4) },
            claims with { Token = new SessionTokenReading.Authentic(9), Stream = OtherStream },
        ];
        Assert.That(cases.Select(each => ((HelloDecision.NewStream)HelloRules.Decide(each, standing)).Hole), Is.All.EqualTo(new SequenceRange(6, 8)));
    }
}
