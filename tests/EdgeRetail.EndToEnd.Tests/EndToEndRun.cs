using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests;

/// <summary>The whole run of this assembly: what its tests share ends after the last of them.</summary>
[SetUpFixture]
public sealed class EndToEndRun
{
    [OneTimeTearDown]
    public Task Close() => Surroundings.CloseAsync();
}
