using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Crashes;

/// <summary>The whole run of the crash tests: how many processes they killed.</summary>
[SetUpFixture]
public sealed class CrashesRun
{
    readonly LabRun lab = new("crashes end to end");

    [OneTimeTearDown]
    public void Close() => lab.End();
}
