using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Devices;

/// <summary>A Welcome that got lost leaves a session nobody uses: that is no sign of another ledger.</summary>
public sealed class LostWelcomeTests
{
    static readonly StreamId Stream = new(Guid.Parse("6f1d1c5e-7d0c-4b7e-9b57-0f5f3f0a3c11"));

    [TestCase(5, 6, 5, TestName = "One_lost_welcome_leads_to_resume")]
    [TestCase(5, 9, 5, TestName = "Any_number_of_lost_welcomes_leads_to_resume")]
    [TestCase(0, 3, 0, TestName = "Also_before_anything_was_sent")]
    [TestCase(6, 6, 6, TestName = "The_current_session_leads_to_resume")]
    public void Resumes(long presented, long current, long lastUsed) =>
        Assert.That(Decide(presented, current, lastUsed), Is.EqualTo(new HelloDecision.Resume(current + 1)));

    [TestCase(5, 6, 6, TestName = "A_token_whose_successor_was_used_is_of_another_ledger")]
    [TestCase(3, 9, 5, TestName = "However_many_were_lost_since")]
    public void Is_another_ledger(long presented, long current, long lastUsed) =>
        Assert.That(Decide(presented, current, lastUsed), Is.InstanceOf<HelloDecision.NewStream>());

    static HelloDecision Decide(long presented, long current, long lastUsed)
    {
        var chain = ChainHash.Start(Stream);
        return HelloRules.Decide(
            new(ProtocolLimits.ProtocolMin, ProtocolLimits.ProtocolMax, Stream, 10, chain, 1, new SessionTokenReading.Authentic(presented), null, 1, "till-1"),
            new(DeviceState.Active, null, current, lastUsed, Stream, 0, chain, []));
    }
}
