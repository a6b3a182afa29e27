namespace EdgeRetail.Demo.Show;

/// <summary>Where the demo is watched.</summary>
interface IShow : IAsyncDisposable
{
    /// <summary>Something happened, in a sentence.</summary>
    void Say(string what);

    /// <summary>The state of things now; may be left out when the next comes soon.</summary>
    void Update(Scene scene);
}
