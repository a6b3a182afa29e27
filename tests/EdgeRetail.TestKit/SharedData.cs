namespace EdgeRetail.TestKit;

/// <summary>Real input that stands beside the repository, in ../shared/data.</summary>
public static class SharedData
{
    /// <summary>The full path of e.g. <c>pos/completejourney_20_stores.csv</c>; skips at a desk without it, fails in CI.</summary>
    public static string Path(string relative)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(RepositoryRoot.Path, "..", "shared", "data", relative));
        if (!File.Exists(path) && !Directory.Exists(path)) Desk.IgnoreExceptInCi($"{path} is not there");
        return path;
    }
}
