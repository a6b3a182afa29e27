using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>The policies for concurrent edits: every change is a version of its own, and none is ever changed.</summary>
public sealed class PolicyStore(NpgsqlDataSource database)
{
    const string ReadSql = "select version, field, rule, resurrects, actor, reason, set_at_ms from edit_policy order by version desc";

    /// <summary>Two that set at once take their versions one after the other; who reads waits for neither.</summary>
    const string LockSql = "lock table edit_policy in share row exclusive mode";

    const string SetSql = $"insert into edit_policy (version, field, rule, resurrects, actor, reason, set_at_ms) values (@version, @field, @rule, @resurrects, @actor, @reason, {DatabaseClock.NowMs})";

    public async Task<PolicySettings> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, cancellationToken);
    }

    /// <param name="tag">How the policies stood when whoever sets one looked; null where they do not say.</param>
    public async Task<PolicyOutcome> SetAsync(string fieldName, PolicyOrder order, string? tag, CancellationToken cancellationToken)
    {
        if (FieldNames.Field(fieldName) is not { } field) return new PolicyOutcome.Refused(FieldUnknown(fieldName));
        if (FieldNames.Rule(order.Rule) is not { } rule) return new PolicyOutcome.Refused(RuleUnknown(order.Rule));
        if (Violation(order) is { } problem) return new PolicyOutcome.Refused(problem);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var locking = new NpgsqlCommand(LockSql, connection)) await locking.ExecuteNonQueryAsync(cancellationToken);
        var now = await ReadAsync(connection, cancellationToken);
        var present = now.Fields.Single(policy => policy.Field == fieldName);
        if (present.Rule == order.Rule && present.Resurrects == order.Resurrects) return new PolicyOutcome.Set(present, Already: true);
        if (tag is not null && tag != "*" && tag != now.Tag) return new PolicyOutcome.TagMismatch(now);
        await using var set = new NpgsqlCommand(SetSql, connection);
        set.Parameters.Add(new NpgsqlParameter<int>("version", now.Version + 1));
        set.Parameters.Add(new NpgsqlParameter<short>("field", (short)field));
        set.Parameters.Add(new NpgsqlParameter<short>("rule", (short)rule));
        set.Parameters.Add(new NpgsqlParameter<bool>("resurrects", order.Resurrects));
        set.Parameters.Add(new NpgsqlParameter<string>("actor", order.Actor));
        set.Parameters.Add(new NpgsqlParameter<string>("reason", order.Reason));
        await set.ExecuteNonQueryAsync(cancellationToken);
        var after = await ReadAsync(connection, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return new PolicyOutcome.Set(after.Fields.Single(policy => policy.Field == fieldName), Already: false);
    }

    public static Problem FieldUnknown(string field) => new("EDIT_FIELD_UNKNOWN", $"'{field}' is no field that a store may have a value of its own for.", $"Name one of {string.Join(", ", FieldNames.Fields)}.");

    public static Problem RuleUnknown(string rule) => new("RULE_UNKNOWN", $"'{rule}' is no rule.", $"Name one of {string.Join(", ", FieldNames.Rules)}.");

    static async Task<PolicySettings> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var history = new List<FieldPolicyView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            history.Add(new(
                FieldNames.Of((ProductField)reader.GetInt16(1)), FieldNames.Of((FieldRule)reader.GetInt16(2)), reader.GetBoolean(3), reader.GetInt32(0), reader.GetString(4), reader.GetString(5),
                DatabaseClock.Time(reader.GetInt64(6))));
        }

        var fields = FieldNames.Fields.Select(field => history.Find(policy => policy.Field == field) ?? new(field, FieldNames.Of(FieldPolicy.Default.Rule), FieldPolicy.Default.Resurrects, 0, "", "", null)).ToList();
        return new(history.Count == 0 ? 0 : history[0].Version, fields, history);
    }

    static Problem? Violation(PolicyOrder order) =>
        string.IsNullOrWhiteSpace(order.Actor) ? new("ACTOR_MISSING", "Nobody is named who does this.", "Name yourself as the actor.")
        : string.IsNullOrWhiteSpace(order.Reason) ? new("REASON_MISSING", "No reason is given.", "Say why, in a few words: it stands beside the policy.")
        : (EntryRules.Text("actor", order.Actor, ProtocolLimits.ActorCharactersMax) ?? EntryRules.Text("reason", order.Reason)) is { } violation ? new(violation.Code, violation.Message, "Shorten or correct it.")
        : null;
}
