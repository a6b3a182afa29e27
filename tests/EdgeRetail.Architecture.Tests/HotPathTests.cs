using System.Text.RegularExpressions;

namespace EdgeRetail.Architecture.Tests;

/// <summary>What <c>CloudDatabase.ReadFeedsAsync</c> says of the hot path's connections, kept.</summary>
[TestFixture]
public sealed partial class HotPathTests
{
    [Test]
    public void No_statement_on_a_connection_of_the_hot_path_takes_a_cancellation_token()
    {
        var files = SourceTree.Files("*.cs").Where(path => path.StartsWith("cloud-sync/", StringComparison.Ordinal) && HotPath().IsMatch(SourceTree.Read(path))).ToList();
        Assert.That(files, Has.Count.GreaterThanOrEqualTo(8), "where the hot path's files went");

        var cancellable =
            from path in files
            from Match match in CancellableStatement().Matches(SourceTree.Read(path))
            select $"{path}: {match.Value}";

        Assert.That(cancellable, Is.Empty, "given up in flight, it leaves a connection that misreads a later answer");
    }

    [GeneratedRegex(@"\bdatabase\.(Feeds|Ingest|ReadFeedsAsync)\b|\bclass IngestTransaction\b")]
    private static partial Regex HotPath();

    [GeneratedRegex(@"\.(Execute\w*Async|NextResultAsync|IsDBNullAsync|BeginTransactionAsync|CommitAsync|RollbackAsync|PrepareAsync)\([^;]*?\b(cancellationToken|stoppingToken)\b|\breader\.ReadAsync\((cancellationToken|stoppingToken)")]
    private static partial Regex CancellableStatement();
}
