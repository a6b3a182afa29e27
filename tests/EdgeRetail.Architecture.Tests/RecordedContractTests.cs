using EdgeRetail.TestKit;

namespace EdgeRetail.Architecture.Tests;

/// <summary>The bytes that later versions have to live with are those of the contract as it is.</summary>
[TestFixture]
public sealed class RecordedContractTests
{
    [Test]
    public void The_contract_of_today_is_recorded() =>
        Assert.That(
            RecordedSession.Versions.Select(version => RecordedSession.Read(version).Shop.ContractHash), Does.Contain(RecordedSession.ContractHash()),
            "The wire contract changed. Record its session: EDGERETAIL_RECORD=1 dotnet test tests/EdgeRetail.EndToEnd.Tests -c Release --filter FullyQualifiedName~RecordSession");

    [Test]
    public void Only_one_recording_is_of_a_version_that_is_not_released() =>
        Assert.That(RecordedSession.Versions, Does.Contain(RecordedSession.Unreleased), "at a release the folder takes the version's name, and the next change of the contract makes the folder anew");
}
