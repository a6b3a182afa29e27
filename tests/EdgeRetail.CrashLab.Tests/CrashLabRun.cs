using EdgeRetail.CrashLab.Tests.Shim;

namespace EdgeRetail.CrashLab.Tests;

/// <summary>The whole run of this assembly: what its tests share ends after the last of them.</summary>
[SetUpFixture]
public sealed class CrashLabRun
{
    [OneTimeTearDown]
    public void Close() => IoShim.Delete();
}
