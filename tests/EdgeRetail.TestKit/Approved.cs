using System.Runtime.CompilerServices;

namespace EdgeRetail.TestKit;

/// <summary>
/// Compares a text with the approved one beside the test, <c>name.approved.txt</c>. A difference fails and leaves
/// <c>name.received.txt</c> there; run with EDGERETAIL_APPROVE=1 to approve what was received.
/// </summary>
public static class Approved
{
    public static void Verify(string text, string name, string because = "", [CallerFilePath] string testFile = "")
    {
        var received = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var folder = Path.GetDirectoryName(Locate(testFile))!;
        var approvedPath = Path.Combine(folder, $"{name}.approved.txt");
        var receivedPath = Path.Combine(folder, $"{name}.received.txt");
        if (Environment.GetEnvironmentVariable("EDGERETAIL_APPROVE") == "1") File.WriteAllText(approvedPath, received);

        var approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        if (approved == received) File.Delete(receivedPath);
        else File.WriteAllText(receivedPath, received);
        Assert.That(received, Is.EqualTo(approved), $"{because} Compare {Path.GetRelativePath(RepositoryRoot.Path, receivedPath)}; approve with EDGERETAIL_APPROVE=1.");
    }

    /// <summary>The compiler names source files from /_/ (PathMap), so that the same sources give the same bytes.</summary>
    static string Locate(string compiledPath) =>
        compiledPath.StartsWith("/_/", StringComparison.Ordinal) ? Path.Combine(RepositoryRoot.Path, compiledPath[3..]) : compiledPath;
}
