namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>What the ledger made of a Welcome.</summary>
public abstract record WelcomeOutcome
{
    WelcomeOutcome()
    {
    }

    /// <summary>The chains agree: persisted, the device goes on at <paramref name="FromSequence"/>. <paramref name="CloudForgot"/>: the cloud lacks what it had acknowledged.</summary>
    public sealed record Resumed(long FromSequence, bool CloudForgot) : WelcomeOutcome;

    /// <summary>Everything retained is re-stamped under the new stream: persisted, the device begins at sequence 1.</summary>
    public sealed record Opened(long Entries) : WelcomeOutcome;

    /// <summary>The cloud knows this stream with other content, or with more entries than this ledger has: nothing was persisted, a new stream is needed.</summary>
    public sealed record NewStreamRequired(string Detail) : WelcomeOutcome;
}
