namespace EdgeRetail.CloudSync.Cli;

/// <summary>The database that the command line names.</summary>
abstract record DatabaseChoice
{
    public sealed record Named(string ConnectionString) : DatabaseChoice
    {
        public override string ToString() => ConnectionText.WithoutSecrets(ConnectionString);
    }

    public sealed record Development(string StateDirectory) : DatabaseChoice;
}
