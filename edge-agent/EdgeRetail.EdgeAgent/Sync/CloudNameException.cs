namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>The cloud's name leads nowhere.</summary>
sealed class CloudNameException(string host, string reason) : IOException($"The name {host} cannot be resolved: {reason}.")
{
    public const string Code = "CLOUD_NAME_UNRESOLVED";
}
