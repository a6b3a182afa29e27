namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>What the outbox made of an acknowledgement.</summary>
public abstract record AcknowledgeOutcome
{
    AcknowledgeOutcome()
    {
    }

    /// <summary>Persisted; a repeat of the same acknowledgement is this too.</summary>
    public sealed record Accepted(long AcknowledgedThrough) : AcknowledgeOutcome;

    /// <summary>The cloud has less than it had acknowledged: say Hello. Nothing was persisted.</summary>
    public sealed record CloudBehind(long AcknowledgedThrough) : AcknowledgeOutcome;

    /// <summary>Another chain hash there, or a sequence this ledger never gave: a new stream is needed. Nothing was persisted.</summary>
    public sealed record NewStreamRequired(string Detail) : AcknowledgeOutcome;
}
