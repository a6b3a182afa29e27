namespace EdgeRetail.Contracts.Tests;

public sealed class ProtocolRangeTests
{
    [TestCase(1, 1, 1, 1, 1)]
    [TestCase(1, 3, 1, 1, 1, TestName = "An_old_device_and_a_newer_cloud_speak_the_devices")]
    [TestCase(1, 1, 1, 3, 1, TestName = "A_newer_device_and_an_old_cloud_speak_the_clouds")]
    [TestCase(2, 4, 1, 3, 3, TestName = "The_newest_of_both")]
    [TestCase(3, 4, 1, 2, null, TestName = "Two_that_have_grown_apart_speak_none")]
    [TestCase(1, 2, 3, 4, null)]
    public void Both_sides_speak_the_newest_that_both_know(int min, int max, int otherMin, int otherMax, int? agreed)
    {
        Assert.That(new ProtocolRange(min, max).Agreed(new(otherMin, otherMax)), Is.EqualTo(agreed));
        Assert.That(new ProtocolRange(otherMin, otherMax).Agreed(new(min, max)), Is.EqualTo(agreed));
    }
}
