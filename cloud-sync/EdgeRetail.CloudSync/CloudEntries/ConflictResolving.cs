using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>
/// Resolves conflicts of edits, each at most once, and edits products for head office: by cloud entries of the store, which go to
/// devices as any edit does. Of any number of operators and replicas that try at once one does it, and the others are told who
/// did. What is answered was flushed.
/// </summary>
public sealed class ConflictResolving(NpgsqlDataSource database, SecretSource secrets)
{
    const int AttemptsMax = 3;

    const string FindSql = """
        SELECT s.store_id, found.product, found.field FROM store s CROSS JOIN LATERAL (
            SELECT c.product, c.field FROM edit_conflict c WHERE c.store_id = s.store_id AND c.conflict_id = $1 LIMIT 1) AS found
        ORDER BY s.store_id LIMIT 1
        """;

    const string ReadEntrySql = "SELECT bytes, received_at_ms, received_at_version, policy_version FROM journal WHERE store_id = $1 AND entry_id = $2";

    public static string TagOf(EditConflict conflict) => $"\"{conflict.Version}-{(int)conflict.State}\"";

    /// <summary>Decides between all that is concurrent in the conflict's register, so that every conflict of it is settled.</summary>
    public async Task<ResolutionOutcome> ResolveAsync(Guid conflictId, ResolutionRequest request, CancellationToken cancellationToken)
    {
        if ((ActorViolation(request.Actor) ?? ReasonViolation(request.Reason)) is { } problem) return new ResolutionOutcome.Refused(problem);
        if (request.Key is { } key && await AnsweredAsync(key, cancellationToken) is { } answered) return answered;
        if (await FindAsync(conflictId, cancellationToken) is not var (store, register)) return new ResolutionOutcome.Refused(NotFound(conflictId));
        return await RetriedAsync(request.Key, own => ResolveOnceAsync(store, register, new(conflictId), request, own, cancellationToken), cancellationToken);
    }

    /// <summary>Head office gives a store a value of its own; null takes it away. It is based on all that the cloud knows then.</summary>
    public async Task<ResolutionOutcome> EditAsync(int storeId, ProductCode product, ProductField field, string? value, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (ActorViolation(actor) is { } problem) return new ResolutionOutcome.Refused(problem);
        if (EntryRules.FieldValue(field, value) is { } violation) return new ResolutionOutcome.Refused(new(violation.Code, violation.Message, "Correct field and value."));
        if (key is not null && await AnsweredAsync(key, cancellationToken) is { } answered) return answered;
        return await RetriedAsync(key, own => EditOnceAsync(new(storeId), new(product, field), value, actor, key, own, cancellationToken), cancellationToken);
    }

    /// <summary>What the key was answered before; null for a new one.</summary>
    public async Task<ResolutionOutcome.Answered?> AnsweredAsync(IdempotencyKey key, CancellationToken cancellationToken) =>
        await OperatorRequests.FindAsync<Resolution>(database, key, cancellationToken) is { } answered ? new ResolutionOutcome.Answered(answered.Answer) : null;

    public static Problem NotFound(Guid conflictId) => new(
        "CONFLICT_NOT_FOUND", $"There is no conflict {conflictId}, or one of its edits went on since and is in another conflict now.", "'cloud-sync conflicts list' shows those that there are.");

    async Task<ResolutionOutcome> RetriedAsync(IdempotencyKey? key, Func<HashSet<EntryId>, Task<ResolutionOutcome>> attempt, CancellationToken cancellationToken)
    {
        var own = new HashSet<EntryId>();
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await attempt(own);
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) == DatabaseFailure.Transient && tried < AttemptsMax)
            {
                // Whether the commit came through, the next attempt sees.
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "operator_request" } && tried < AttemptsMax)
            {
                if (await AnsweredAsync(key!, cancellationToken) is { } meanwhile) return meanwhile;
            }
        }
    }

    async Task<ResolutionOutcome> ResolveOnceAsync(StoreId store, RegisterKey key, ConflictId conflictId, ResolutionRequest request, HashSet<EntryId> own, CancellationToken cancellationToken)
    {
        await using var transaction = await CloudEntryTransaction.OpenAsync(database, store, secrets, cancellationToken);
        if (await transaction.LockAndReadAsync([]) is not { } standing) return new ResolutionOutcome.Refused(NotFound(conflictId.Value));
        var registers = await transaction.ReadRegisterAsync(key);
        var register = registers.Registers.GetValueOrDefault(key);
        if (register?.Conflicts.SingleOrDefault(each => each.Id == conflictId) is not { } conflict) return new ResolutionOutcome.Refused(NotFound(conflictId.Value));
        if (conflict.SettledBy is { } settledBy)
        {
            await transaction.DisposeAsync();
            var first = await ReadAsync(store, settledBy, conflictId, cancellationToken);
            return own.Contains(settledBy) ? new ResolutionOutcome.Resolved(first) : new ResolutionOutcome.AlreadySettled(conflict.State, first);
        }

        if (request.Tag is { } tag && tag != "*" && tag != TagOf(conflict)) return new ResolutionOutcome.TagMismatch(TagOf(conflict));
        var (value, problem) = Chosen(request.Choice, conflict, register);
        if (problem is not null) return new ResolutionOutcome.Refused(problem);
        if (EntryRules.FieldValue(key.Field, value) is { } violation) return new ResolutionOutcome.Refused(new(violation.Code, violation.Message, "Correct the value."));
        cancellationToken.ThrowIfCancellationRequested();
        var bases = Bases(registers, key, [conflict.First, conflict.Second]);
        return await AppendAsync(
            transaction, standing, store, key, registers, request.Actor, request.Reason, conflictId, request.Key, own,
            header => new ConflictResolved(header, conflictId, key.Product, key.Field, value, bases, request.Reason));
    }

    async Task<ResolutionOutcome> EditOnceAsync(StoreId store, RegisterKey key, string? value, string actor, IdempotencyKey? idempotency, HashSet<EntryId> own, CancellationToken cancellationToken)
    {
        await using var transaction = await CloudEntryTransaction.OpenAsync(database, store, secrets, cancellationToken);
        if (await transaction.LockAndReadAsync(own) is not { } standing) return new ResolutionOutcome.Refused(DeviceRegistry.StoreNotFound(store.Value));
        if (standing.Originals.Keys.FirstOrDefault() is { Value: var done } && done != Guid.Empty)
        {
            await transaction.DisposeAsync();
            return new ResolutionOutcome.Resolved(await ReadAsync(store, new(done), null, cancellationToken));
        }

        var registers = await transaction.ReadRegisterAsync(key);
        cancellationToken.ThrowIfCancellationRequested();
        var bases = Bases(registers, key, []);
        return await AppendAsync(
            transaction, standing, store, key, registers, actor, "", null, idempotency, own,
            header => new ProductEdited(header, key.Product, key.Field, value, bases));
    }

    async Task<ResolutionOutcome> AppendAsync(
        CloudEntryTransaction transaction, CloudStanding standing, StoreId store, RegisterKey key, RegisterFold registers, string actor, string reason, ConflictId? conflict,
        IdempotencyKey? idempotency, HashSet<EntryId> own, Func<EntryHeader, Entry> make)
    {
        var merge = new CloudEntryMerge(standing, new(standing.StoreVersion, [], standing.StoreChecksum), store, standing.Stream ?? new(secrets.Uuid()));
        var appended = merge.AppendEdit(actor, registers, make);
        own.Add(appended.Encoded.Id);
        var resolution = new Resolution(
            conflict?.Value, store.Value, key.Product.Display, FieldNames.Of(key.Field), ProductEdit.Of(appended.Entry)!.Value, appended.Encoded.Id.Value, appended.Version, registers.PolicyVersion, actor, reason,
            DatabaseClock.Time(standing.NowMs));
        await transaction.WriteAndCommitAsync(standing, merge, batch =>
        {
            RegisterTables.AddWrites(batch, store, registers, standing.StoreVersion);
            if (idempotency is not null) OperatorRequests.Keep(batch, idempotency, resolution, standing.NowMs);
        });
        return new ResolutionOutcome.Resolved(resolution);
    }

    /// <summary>All that nothing supersedes, as far as fits; what is decided between comes first.</summary>
    static List<EntryId> Bases(RegisterFold registers, RegisterKey key, IReadOnlyList<EntryId> first)
    {
        if (!registers.Registers.TryGetValue(key, out var register)) return [];
        var heads = ProductRegister.Merge(register.Edits, FieldPolicy.Default).Heads.Select(head => head.Id);
        return [.. first.Concat(heads.Except(first)).Take(ProtocolLimits.EditBasesMax)];
    }

    static (string? Value, Problem? Problem) Chosen(ResolutionChoice choice, EditConflict conflict, MergedRegister register) => choice switch
    {
        ResolutionChoice.Other other => (other.Value, null),
        ResolutionChoice.Edit edit when edit.EntryId == conflict.First.Value || edit.EntryId == conflict.Second.Value => (register.Edits.Single(each => each.Id.Value == edit.EntryId).Value, null),
        ResolutionChoice.Edit edit => (null, new("EDIT_NOT_IN_CONFLICT", $"Entry {edit.EntryId} is neither of the two edits.", $"Choose {conflict.First} or {conflict.Second}, or give another value.")),
        _ => throw new ArgumentOutOfRangeException(nameof(choice)),
    };

    async Task<(StoreId Store, RegisterKey Key)?> FindAsync(Guid conflictId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(Parameter(conflictId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (new(reader.GetInt32(0)), new(ProductCode.Parse(reader.GetString(1)), (ProductField)reader.GetInt16(2))) : null;
    }

    /// <summary>The edit that settled something, as what it came to.</summary>
    async Task<Resolution> ReadAsync(StoreId store, EntryId entry, ConflictId? conflict, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadEntrySql);
        command.Parameters.Add(Parameter(store.Value));
        command.Parameters.Add(Parameter(entry.Value));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || EntryCodec.Decode(reader.GetFieldValue<byte[]>(0)) is not EntryDecoding.Decoded { Entry: var decoded } || ProductEdit.Of(decoded) is not { } edit)
            throw new InvalidOperationException($"A conflict is settled by {entry}, which is no edit of store {store}.");
        return new(
            conflict?.Value, store.Value, edit.Product.Display, FieldNames.Of(edit.Field), edit.Value, entry.Value, reader.GetInt64(2), await reader.IsDBNullAsync(3, cancellationToken) ? 0 : reader.GetInt32(3),
            decoded.Header.Actor, EntryReasons.Of(decoded) ?? "", DatabaseClock.Time(reader.GetInt64(1)));
    }

    static Problem? ActorViolation(string actor) =>
        string.IsNullOrWhiteSpace(actor) ? new("ACTOR_MISSING", "Nobody is named who does this.", "Name yourself as the actor: it stands in the journal.")
        : EntryRules.Text("actor", actor, ProtocolLimits.ActorCharactersMax) is { } violation ? new(violation.Code, violation.Message, "Shorten or correct the actor.")
        : null;

    static Problem? ReasonViolation(string reason) =>
        string.IsNullOrWhiteSpace(reason) ? new("REASON_MISSING", "No reason is given.", "Say why, in a few words: it stands in the journal.")
        : EntryRules.Text("reason", reason) is { } wrong ? new(wrong.Code, wrong.Message, "Shorten or correct the reason.")
        : null;
}
