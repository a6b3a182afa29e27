using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>Decides the conflicts of some days again under another policy, by the same merge, and says what differs. It writes nothing.</summary>
public sealed class ConflictRehearsal(NpgsqlDataSource database)
{
    const string EditsSql = """
        select e.store_id, e.product, j.effective_time, j.device_id, e.entry_id, j.bytes, j.received_at_ms >= @since
        from product_edit e
        join journal j on j.store_id = e.store_id and j.entry_id = e.entry_id
        where e.field = @field and (@storeId::int is null or e.store_id = @storeId) and exists (
            select 1 from edit_conflict c where c.store_id = e.store_id and c.product = e.product and c.field = e.field)
        order by e.store_id, e.product
        """;

    const string ConflictsSql = """
        select c.store_id, c.product, c.conflict_id, c.winner_entry_id, r.value
        from edit_conflict c
        join product_register r on r.store_id = c.store_id and r.product = c.product and r.field = c.field
        where c.field = @field and (@storeId::int is null or c.store_id = @storeId)
        """;

    public async Task<(Rehearsal? Rehearsal, Problem? Problem)> RunAsync(RehearsalQuestion question, CancellationToken cancellationToken)
    {
        if (FieldNames.Field(question.Field) is not { } field) return (null, PolicyStore.FieldUnknown(question.Field));
        if (FieldNames.Rule(question.Rule) is not { } rule) return (null, PolicyStore.RuleUnknown(question.Rule));
        if (question.Days is < 1 or > RehearsalQuestion.DaysMax) return (null, new("DAYS_OUT_OF_RANGE", $"{question.Days} days are asked for; it has to be between 1 and {RehearsalQuestion.DaysMax}.", "Ask for fewer or more."));
        await using var snapshot = await Checks.Snapshot.TakeAsync(database, cancellationToken);
        var registers = await EditsAsync(snapshot.Connection, question, field, cancellationToken);
        var known = await ConflictsAsync(snapshot.Connection, question, field, cancellationToken);
        var policy = new FieldPolicy(0, rule, question.Resurrects);
        var (conflicts, open, wouldBeOpen, changing) = (0, 0, 0, 0);
        var differences = new List<RehearsedConflict>();
        foreach (var ((store, product), edits) in registers)
        {
            var state = ProductRegister.Merge(edits.Select(each => each.Edit), policy);
            var recent = edits.Where(each => each.IsRecent).Select(each => each.Edit.Id).ToHashSet();
            var changes = false;
            foreach (var pair in state.Pairs.Where(pair => recent.Contains(pair.First.Id) || recent.Contains(pair.Second.Id)))
            {
                var id = ConflictId.Of(new(store), pair.First.Id, pair.Second.Id);
                if (!known.TryGetValue((store, product, id.Value), out var was)) continue;
                conflicts++;
                if (was.Winner is null) open++;
                if (pair.Winner is null) wouldBeOpen++;
                if (was.Winner == pair.Winner?.Id.Value) continue;
                changes |= state.Standing?.Value != was.Shown;
                differences.Add(new(
                    id.Value, store, ProductCodes.Display(product), question.Field, was.Winner, edits.Find(each => each.Edit.Id.Value == was.Winner).Edit?.Value, pair.Winner?.Id.Value, pair.Winner?.Value, was.Shown, state.Standing?.Value));
            }

            if (changes) changing++;
        }

        return (new(question, conflicts, open, wouldBeOpen, changing, differences), null);
    }

    static async Task<Dictionary<(int Store, string Product), List<(RegisterEdit Edit, bool IsRecent)>>> EditsAsync(NpgsqlConnection connection, RehearsalQuestion question, ProductField field, CancellationToken cancellationToken)
    {
        long since;
        await using (var now = new NpgsqlCommand($"select {DatabaseClock.NowMs}", connection))
            since = (long)(await now.ExecuteScalarAsync(cancellationToken))! - (long)TimeSpan.FromDays(question.Days).TotalMilliseconds;
        await using var command = new NpgsqlCommand(EditsSql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long>("since", since));
        Add(command, question, field);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var registers = new Dictionary<(int, string), List<(RegisterEdit, bool)>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var instant = new EffectiveInstant(new(reader.GetInt64(2)), new(reader.GetInt32(3)), new(reader.GetGuid(4)));
            if (EntryCodec.Decode(reader.GetFieldValue<byte[]>(5)) is not EntryDecoding.Decoded { Entry: var entry } || RegisterTables.EditOf(entry, instant) is not { } edit) continue;
            var key = (reader.GetInt32(0), reader.GetString(1));
            if (!registers.TryGetValue(key, out var edits)) registers.Add(key, edits = []);
            edits.Add((edit, reader.GetBoolean(6)));
        }

        return registers;
    }

    static async Task<Dictionary<(int Store, string Product, Guid Conflict), (Guid? Winner, string? Shown)>> ConflictsAsync(NpgsqlConnection connection, RehearsalQuestion question, ProductField field, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ConflictsSql, connection) { CommandTimeout = 0 };
        Add(command, question, field);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var known = new Dictionary<(int, string, Guid), (Guid?, string?)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            known[(reader.GetInt32(0), reader.GetString(1), reader.GetGuid(2))] = (
                await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetGuid(3), await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4));
        }

        return known;
    }

    static void Add(NpgsqlCommand command, RehearsalQuestion question, ProductField field)
    {
        command.Parameters.Add(new NpgsqlParameter<short>("field", (short)field));
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlDbType.Integer) { Value = (object?)question.StoreId ?? DBNull.Value });
    }
}
