namespace EdgeRetail.CloudSync.Storage;

/// <summary>Which history of which cluster a server writes, as SQL.</summary>
static class ServerHistory
{
    public const string SystemIdentifier = "s.system_identifier::text";

    /// <summary>
    /// The timeline that the server writes now. The control file's is the last checkpoint's, and a promoted standby spreads its
    /// first checkpoint over minutes: until then it would pass for the old primary.
    /// </summary>
    public const string Timeline = "CASE WHEN pg_is_in_recovery() THEN c.timeline_id ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END";

    public const string From = "pg_control_system() s CROSS JOIN pg_control_checkpoint() c";
}
