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
/// Settles entries that stand in quarantine: voids, replays or corrects each at most once, by a cloud entry of its store. Of any
/// number of operators and replicas that try at once one does it, and the others are told who did. What is answered was flushed.
/// </summary>
public sealed class QuarantineSettling(NpgsqlDataSource database, SecretSource secrets)
{
    /// <summary>The bytes decode today to another id than the one under which they are kept.</summary>
    public const string IdChangedCode = "ENTRY_ID_CHANGED";
    public const string CountTooLateCode = "COUNT_TOO_LATE";
    public const string EditTooLateCode = "EDIT_TOO_LATE";

    const int ReadAtOnce = 500;

    const int AttemptsMax = 3;

    const string FindSql = """
        SELECT s.store_id FROM store s CROSS JOIN LATERAL (SELECT 1 FROM journal j WHERE j.store_id = s.store_id AND j.entry_id = $1 LIMIT 1) AS found
        ORDER BY s.store_id LIMIT 1
        """;

    const string ReadOpenSql = """
        SELECT j.entry_id, j.received_at_version FROM journal j
        WHERE j.store_id = $1 AND j.quarantine_code = $2 AND j.settled_by IS NULL AND j.received_at_version > $3
        ORDER BY j.received_at_version LIMIT $4
        """;

    const string ReadStoresSql = "SELECT store_id FROM store WHERE $1::int IS NULL OR store_id = $1 ORDER BY store_id";

    const string ReadSettlementSql = """
        SELECT o.entry_id, o.store_id, o.settlement, r.entry_id, r.received_at_version, r.bytes, r.received_at_ms, r.sequence <= s.durable_through
        FROM journal o JOIN journal r ON r.store_id = o.store_id AND r.entry_id = o.settled_by
            LEFT JOIN store_stream s ON s.store_id = r.store_id AND s.stream_id = r.stream_id
        WHERE o.store_id = $1 AND o.entry_id = $2
        """;

    /// <summary>It will never count, and leaves the open list.</summary>
    public Task<SettlementOutcome> VoidAsync(Guid entryId, SettlementRequest request, CancellationToken cancellationToken) =>
        SettleAsync(
            entryId, request, SettlementKind.Voided, (_, _, _) => new([], null),
            (header, original) => new QuarantineVoided(header, original.Id, request.Reason), cancellationToken);

    /// <summary>Merges it as it is, where today's version can.</summary>
    public Task<SettlementOutcome> ReplayAsync(Guid entryId, SettlementRequest request, CancellationToken cancellationToken) =>
        SettleAsync(
            entryId, request, SettlementKind.Replayed, (original, store, assigned) => Judge(original, original.Bytes, store, assigned, mustKeepId: true),
            (header, original) => new QuarantineReplayed(header, original.Id, request.Reason), cancellationToken);

    /// <summary>Merges other bytes in its place, which have to be what ingest would take from its device. It stays as it was.</summary>
    public Task<SettlementOutcome> CorrectAsync(Guid entryId, ReadOnlyMemory<byte> corrected, SettlementRequest request, CancellationToken cancellationToken) =>
        SettleAsync(
            entryId, request, SettlementKind.Corrected, (original, store, assigned) => Judge(original, corrected, store, assigned, mustKeepId: false),
            (header, original) => new QuarantineCorrected(header, original.Id, corrected, request.Reason), cancellationToken);

    /// <summary>
    /// Replays what stands open under the code, of one store or of all, in order of receipt, each in a transaction of its own. What cannot be
    /// merged stays, and is told. Stopped in the middle, it goes on where it was when it is called again.
    /// </summary>
    public async Task<ReplayReport> ReplayAllAsync(string code, int? storeId, SettlementRequest request, CancellationToken cancellationToken)
    {
        if (Violation(request, SettlementKind.Replayed) is { } problem) return new(0, [], problem);
        var replayed = 0;
        var left = new List<SettlementOutcome.Unmergeable>();
        foreach (var store in await StoresAsync(storeId, cancellationToken))
        {
            for (var after = 0L; ;)
            {
                var open = await OpenAsync(store, code, after, cancellationToken);
                if (open.Count == 0) break;
                after = open[^1].Version;
                foreach (var (entryId, _) in open)
                {
                    switch (await ReplayAsync(entryId, request with { Key = null }, cancellationToken))
                    {
                        case SettlementOutcome.Settled: replayed++; break;
                        case SettlementOutcome.Unmergeable unmergeable: left.Add(unmergeable); break;
                        case SettlementOutcome.Refused refused: return new(replayed, left, refused.Problem);
                    }
                }
            }
        }

        return new(replayed, left, null);
    }

    /// <summary>What became of the entry; null while it stands in quarantine, and for one that never did.</summary>
    public async Task<Settlement?> FindAsync(int storeId, Guid entryId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSettlementSql);
        command.Parameters.Add(Parameter(storeId));
        command.Parameters.Add(Parameter(entryId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (actor, reason) = Said(reader.GetFieldValue<byte[]>(5));
        return new(
            reader.GetGuid(0), reader.GetInt32(1), Name((SettlementKind)reader.GetInt16(2)), reader.GetGuid(3), reader.GetInt64(4), actor, reason,
            DatabaseClock.Time(reader.GetInt64(6))) { Durable = !await reader.IsDBNullAsync(7, cancellationToken) && reader.GetBoolean(7) };
    }

    public static string Name(SettlementKind kind) => kind switch
    {
        SettlementKind.Voided => "voided",
        SettlementKind.Replayed => "replayed",
        SettlementKind.Corrected => "corrected",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    async Task<SettlementOutcome> SettleAsync(
        Guid entryId, SettlementRequest request, SettlementKind kind, Func<QuarantinedEntry, StoreId, AssignedStores, Judgement> judge,
        Func<EntryHeader, QuarantinedEntry, Entry> make, CancellationToken cancellationToken)
    {
        if (Violation(request, kind) is { } problem) return new SettlementOutcome.Refused(problem);
        if (request.Key is { } key && await AnsweredAsync(key, cancellationToken) is { } answered) return answered;
        if (await StoreOfAsync(entryId, cancellationToken) is not { } store) return new SettlementOutcome.Refused(NotFound(entryId));
        var own = new HashSet<EntryId>();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(new(store), new(entryId), request, kind, judge, make, own, cancellationToken);
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) == DatabaseFailure.Transient && attempt < AttemptsMax)
            {
                // Whether the commit came through, the next attempt sees.
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "operator_request" } && attempt < AttemptsMax)
            {
                if (await AnsweredAsync(request.Key!, cancellationToken) is { } meanwhile) return meanwhile;
            }
            catch (PostgresException e) when (e.TableName != "operator_request" && DatabaseFailures.Classify(e) == DatabaseFailure.Refused)
            {
                return new SettlementOutcome.Unmergeable(entryId, BatchIngest.MergeFailedCode, BatchExaminer.Storable($"{e.SqlState}: {e.MessageText}"));
            }
        }
    }

    async Task<SettlementOutcome> AttemptAsync(
        StoreId store, EntryId entryId, SettlementRequest request, SettlementKind kind, Func<QuarantinedEntry, StoreId, AssignedStores, Judgement> judge,
        Func<EntryHeader, QuarantinedEntry, Entry> make, HashSet<EntryId> own, CancellationToken cancellationToken)
    {
        await using var transaction = await CloudEntryTransaction.OpenAsync(database, store, secrets, cancellationToken);
        if (await transaction.LockAndReadAsync([entryId]) is not { } standing || !standing.Originals.TryGetValue(entryId, out var original)) return new SettlementOutcome.Refused(NotFound(entryId.Value));
        if (original.SettledBy is { } settledBy)
        {
            await transaction.DisposeAsync();
            var first = await FindAsync(store.Value, entryId.Value, cancellationToken) ?? throw new InvalidOperationException($"Entry {entryId} is settled by {settledBy}, which is not there.");
            return own.Contains(settledBy) ? new SettlementOutcome.Settled(first) : new SettlementOutcome.AlreadySettled(first);
        }

        if (original.Code is null)
            return new SettlementOutcome.Refused(new("ENTRY_NOT_QUARANTINED", $"Entry {entryId} was merged when it arrived; there is nothing to settle.", "'cloud-sync quarantine list' shows what stands in quarantine."));

        cancellationToken.ThrowIfCancellationRequested();
        var (movements, instead) = judge(original, store, await transaction.ReadAssignmentsAsync(original.Device));
        if (instead is not null) return instead;
        var stock = movements!.Count == 0 ? [] : await transaction.ReadStockAsync(movements.Select(movement => movement.Product));
        var merge = new CloudEntryMerge(standing, new(standing.StoreVersion, stock, standing.StoreChecksum), store, standing.Stream ?? new(secrets.Uuid()));
        if (merge.TryAppend(request.Actor, original, kind, movements, header => make(header, original)) is not { } appended)
            return new SettlementOutcome.Unmergeable(entryId.Value, StoreMerge.OverflowCode, "The on hand of a product would leave the range of 64 bits.");
        if (appended.Encoded.Bytes.Length > ProtocolLimits.EntryBytesMax)
            return new SettlementOutcome.Refused(new("ENTRY_TOO_LARGE", $"With the correction the entry has {appended.Encoded.Bytes.Length} bytes; at most {ProtocolLimits.EntryBytesMax} fit.", "Shorten the corrected entry."));

        own.Add(appended.Encoded.Id);
        var settlement = new Settlement(
            entryId.Value, store.Value, Name(kind), appended.Encoded.Id.Value, appended.Version, request.Actor, request.Reason, DatabaseClock.Time(standing.NowMs));
        await transaction.WriteAndCommitAsync(standing, merge, request.Key is { } key ? batch => OperatorRequests.Keep(batch, key, settlement, standing.NowMs) : null);
        return new SettlementOutcome.Settled(settlement);
    }

    static Judgement Judge(QuarantinedEntry original, ReadOnlyMemory<byte> bytes, StoreId store, AssignedStores assigned, bool mustKeepId)
    {
        var judged = BatchExaminer.Examine(bytes, original.Device, store, assigned);
        if (judged.Quarantine is { } reason) return new(null, new SettlementOutcome.Unmergeable(original.Id.Value, reason.Code, reason.Detail));
        // What was counted then is not what is there now, and whoever counts again says it better than a guess at what moved meanwhile.
        if (judged.Counts.Count > 0)
            return new(null, new SettlementOutcome.Unmergeable(original.Id.Value, CountTooLateCode, "It is a count, and what was counted then is not there now. Count these products again, then void it."));
        // Later edits of its device stand above it as if it had never been; whoever edits again says what the value is now.
        if (judged.Edit is not null)
            return new(null, new SettlementOutcome.Unmergeable(original.Id.Value, EditTooLateCode, "It is an edit of a product, and others may have been made since. Edit the product again, then void it."));
        // What a device sends again is looked for under the id of its bytes: merged under another one, it would count twice.
        return mustKeepId && judged.Id != original.Id
            ? new(null, new SettlementOutcome.Unmergeable(original.Id.Value, IdChangedCode, $"Its bytes say {judged.Id}, and it is kept under {original.Id}, because that id was taken or the bytes did not decode. Correct or void it."))
            : new(judged.Movements, null);
    }

    static Problem? Violation(SettlementRequest request, SettlementKind kind) =>
        string.IsNullOrWhiteSpace(request.Actor) ? new("ACTOR_MISSING", "Nobody is named who does this.", "Name yourself as the actor: it stands in the journal.")
        : EntryRules.Text("actor", request.Actor, ProtocolLimits.ActorCharactersMax) is { } actor ? new(actor.Code, actor.Message, "Shorten or correct the actor.")
        : kind != SettlementKind.Replayed && string.IsNullOrWhiteSpace(request.Reason) ? new("REASON_MISSING", "No reason is given.", "Say why, in a few words: it stands in the journal.")
        : EntryRules.Text("reason", request.Reason) is { } reason ? new(reason.Code, reason.Message, "Shorten or correct the reason.")
        : null;

    static Problem NotFound(Guid entryId) => new("ENTRY_NOT_FOUND", $"No journal has an entry {entryId}.", "'cloud-sync quarantine list' shows what stands in quarantine.");

    static (string Actor, string Reason) Said(byte[] bytes) => EntryCodec.Decode(bytes) is EntryDecoding.Decoded { Entry: var entry }
        ? (entry.Header.Actor, EntryReasons.Of(entry) ?? "")
        : ("", "");

    /// <summary>What the key was answered before; null for a new one.</summary>
    public async Task<SettlementOutcome.Answered?> AnsweredAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        return await OperatorRequests.FindAsync<Settlement>(database, key, cancellationToken) is { } answered ? new SettlementOutcome.Answered(answered.Answer) : null;
    }

    async Task<int?> StoreOfAsync(Guid entryId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(Parameter(entryId));
        return (int?)await command.ExecuteScalarAsync(cancellationToken);
    }

    async Task<List<int>> StoresAsync(int? storeId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadStoresSql);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)storeId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stores = new List<int>();
        while (await reader.ReadAsync(cancellationToken)) stores.Add(reader.GetInt32(0));
        return stores;
    }

    async Task<List<(Guid EntryId, long Version)>> OpenAsync(int store, string code, long after, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadOpenSql);
        command.Parameters.Add(Parameter(store));
        command.Parameters.Add(Parameter(code));
        command.Parameters.Add(Parameter(after));
        command.Parameters.Add(Parameter(ReadAtOnce));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var open = new List<(Guid, long)>();
        while (await reader.ReadAsync(cancellationToken)) open.Add((reader.GetGuid(0), reader.GetInt64(1)));
        return open;
    }

    /// <summary>What the entry would move, or why it is not settled this way.</summary>
    readonly record struct Judgement(IReadOnlyList<StockMovement>? Movements, SettlementOutcome? Instead);
}
