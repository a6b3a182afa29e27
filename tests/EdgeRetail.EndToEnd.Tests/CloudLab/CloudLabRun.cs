using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>The whole run of the lab: figures at its end.</summary>
[SetUpFixture]
public sealed class CloudLabRun
{
    readonly LabRun lab = new("cloud lab");

    [OneTimeTearDown]
    public async Task Close()
    {
        lab.End();
        TestContext.Progress.WriteLine(Tally.Text());
        await Cluster.CloseAsync();
    }
}
