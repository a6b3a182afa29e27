namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>The whole run of the lab: figures at its end.</summary>
[SetUpFixture]
public sealed class CloudLabRun
{
    [OneTimeTearDown]
    public async Task Close()
    {
        TestContext.Progress.WriteLine(Tally.Text());
        await Cluster.CloseAsync();
    }
}
