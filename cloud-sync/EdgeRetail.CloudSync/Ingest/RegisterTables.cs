using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>
/// Registers and their conflicts in the database, read and written set-wise under the store head's lock. An edit's content
/// stands in the journal alone.
/// </summary>
static class RegisterTables
{
    const string ReadPoliciesSql = "SELECT version, field, rule, resurrects FROM edit_policy ORDER BY version";

    const string ReadEditsSql = """
        SELECT e.product, e.field, j.effective_time, j.device_id, e.entry_id, j.bytes, r.version
        FROM unnest($2, $3) AS wanted (product, field)
            JOIN product_register r ON r.store_id = $1 AND r.product = wanted.product AND r.field = wanted.field
            JOIN product_edit e ON e.store_id = $1 AND e.product = wanted.product AND e.field = wanted.field
            JOIN journal j ON j.store_id = $1 AND j.entry_id = e.entry_id
        """;

    const string ReadConflictsSql = """
        SELECT c.product, c.field, c.conflict_id, c.first_entry_id, c.second_entry_id, c.winner_entry_id, c.rule, c.policy_version, c.state, c.settled_by, c.version
        FROM unnest($2, $3) AS wanted (product, field) JOIN edit_conflict c ON c.store_id = $1 AND c.product = wanted.product AND c.field = wanted.field
        """;

    const string InsertEditsSql = "INSERT INTO product_edit (store_id, product, field, entry_id, version) SELECT $1, * FROM unnest($2, $3, $4, $5)";

    const string UpsertRegistersSql = """
        INSERT INTO product_register (store_id, product, field, entry_id, value, undecided, based_on, lost, waiting, rule, policy_version, version)
        SELECT $1, n.product, n.field, n.entry_id, n.value, n.undecided, string_to_array(n.based_on, ',')::uuid[], string_to_array(n.lost, ',')::uuid[], string_to_array(n.waiting, ',')::uuid[],
            n.rule, n.policy_version, n.version
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS n (product, field, entry_id, value, undecided, based_on, lost, waiting, rule, policy_version, version)
        ON CONFLICT (store_id, product, field) DO UPDATE SET entry_id = excluded.entry_id, value = excluded.value, undecided = excluded.undecided, based_on = excluded.based_on,
            lost = excluded.lost, waiting = excluded.waiting, rule = excluded.rule, policy_version = excluded.policy_version, version = excluded.version
        """;

    /// <summary>A pair of which one went on without knowing the other is another pair now.</summary>
    const string DropConflictsSql = """
        DELETE FROM edit_conflict c USING unnest($2, $3) AS changed (product, field)
        WHERE c.store_id = $1 AND c.product = changed.product AND c.field = changed.field AND NOT c.conflict_id = ANY($4)
        """;

    const string UpsertConflictsSql = """
        INSERT INTO edit_conflict (store_id, conflict_id, product, field, first_entry_id, second_entry_id, winner_entry_id, rule, policy_version, state, settled_by, version)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (store_id, conflict_id) DO UPDATE SET winner_entry_id = excluded.winner_entry_id, rule = excluded.rule, policy_version = excluded.policy_version,
            state = excluded.state, settled_by = excluded.settled_by, version = excluded.version
        """;

    /// <summary>What an entry of the journal does to a register; null for one that edits nothing.</summary>
    public static RegisterEdit? EditOf(Entry entry, EffectiveInstant instant) =>
        ProductEdit.Of(entry) is { } edit ? new(instant, edit.Value, edit.BasedOn) { Resolves = entry is ConflictResolved } : null;

    /// <summary>The policies, and what is stored of these registers.</summary>
    public static async Task<RegisterFold> ReadAsync(NpgsqlConnection connection, StoreId store, IEnumerable<RegisterKey> keys)
    {
        var wanted = keys.Distinct().Order().ToList();
        var products = Column(wanted, key => key.Product.Value);
        var fields = Column(wanted, key => (short)key.Field);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadPoliciesSql);
        batch.Add(ReadEditsSql, Parameter(store.Value), products, fields);
        batch.Add(ReadConflictsSql, Parameter(store.Value), products.Clone(), fields.Clone());
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        var fold = new RegisterFold(store, await PoliciesAsync(reader, CancellationToken.None));
        await reader.NextResultAsync();
        var edits = new Dictionary<RegisterKey, (List<RegisterEdit> Edits, long Version)>();
        while (await reader.ReadAsync())
        {
            var key = Key(reader);
            var instant = new EffectiveInstant(new(reader.GetInt64(2)), new(reader.GetInt32(3)), new(reader.GetGuid(4)));
            if (EntryCodec.Decode(reader.GetFieldValue<byte[]>(5)) is not EntryDecoding.Decoded { Entry: var entry } || EditOf(entry, instant) is not { } edit)
                throw new InvalidOperationException($"Entry {instant.Entry} is listed as an edit of {key.Product}, and is none.");
            if (!edits.TryGetValue(key, out var known)) edits.Add(key, known = ([], reader.GetInt64(6)));
            known.Edits.Add(edit);
        }

        await reader.NextResultAsync();
        var conflicts = new List<EditConflict>();
        while (await reader.ReadAsync()) conflicts.Add(Conflict(reader, 2, Key(reader)));
        foreach (var (key, known) in edits) fold.Know(key, known.Edits, [.. conflicts.Where(conflict => conflict.Key == key)], known.Version);
        return fold;
    }

    public static async Task<EditPolicies> ReadPoliciesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadPoliciesSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await PoliciesAsync(reader, cancellationToken);
    }

    /// <summary>A conflict's columns from its id on.</summary>
    public static EditConflict Conflict(NpgsqlDataReader reader, int column, RegisterKey key) => new(
        new(reader.GetGuid(column)), key, new(reader.GetGuid(column + 1)), new(reader.GetGuid(column + 2)), Id(reader, column + 3), (FieldRule)reader.GetInt16(column + 4),
        reader.GetInt32(column + 5), (ConflictState)reader.GetInt16(column + 6), Id(reader, column + 7), reader.GetInt64(column + 8));

    /// <summary>Adds what was merged after a version of the store.</summary>
    public static void AddWrites(NpgsqlBatch batch, StoreId store, RegisterFold fold, long versionBefore)
    {
        var changed = fold.ChangedSince(versionBefore);
        if (changed.Count == 0) return;
        var added = changed.SelectMany(register => register.Added.Where(each => each.Version > versionBefore).Select(each => (register.Key, each.Edit.Id, each.Version))).ToList();
        batch.Add(
            InsertEditsSql, Parameter(store.Value), Column(added, each => each.Key.Product.Value), Column(added, each => (short)each.Key.Field), Column(added, each => each.Id.Value),
            Column(added, each => each.Version));
        batch.Add(
            UpsertRegistersSql, Parameter(store.Value), Column(changed, each => each.Key.Product.Value), Column(changed, each => (short)each.Key.Field),
            Column(changed, each => each.State.Standing?.Id.Value), Column(changed, each => each.State.Standing?.Value), Column(changed, each => each.State.Undecided),
            Column(changed, each => Joined(each.State.Bases)), Column(changed, each => Joined(each.State.Lost)), Column(changed, each => Joined(each.State.Waiting.Select(edit => edit.Id))),
            Column(changed, each => (short)each.Policy.Rule), Column(changed, each => each.Policy.Version), Column(changed, each => each.Version));
        var conflicts = changed.SelectMany(register => register.Conflicts).ToList();
        batch.Add(
            DropConflictsSql, Parameter(store.Value), Column(changed, each => each.Key.Product.Value), Column(changed, each => (short)each.Key.Field), Column(conflicts, each => each.Id.Value));
        var news = conflicts.Where(conflict => conflict.Version > versionBefore).ToList();
        if (news.Count == 0) return;
        batch.Add(
            UpsertConflictsSql, Parameter(store.Value), Column(news, each => each.Id.Value), Column(news, each => each.Key.Product.Value), Column(news, each => (short)each.Key.Field),
            Column(news, each => each.First.Value), Column(news, each => each.Second.Value), Column(news, each => each.Winner?.Value), Column(news, each => (short)each.Rule),
            Column(news, each => each.PolicyVersion), Column(news, each => (short)each.State), Column(news, each => each.SettledBy?.Value), Column(news, each => each.Version));
    }

    static async Task<EditPolicies> PoliciesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var changes = new List<(ProductField, FieldPolicy)>();
        while (await reader.ReadAsync(cancellationToken))
            changes.Add(((ProductField)reader.GetInt16(1), new(reader.GetInt32(0), (FieldRule)reader.GetInt16(2), reader.GetBoolean(3))));
        return new(changes);
    }

    static RegisterKey Key(NpgsqlDataReader reader) => new(ProductCode.Parse(reader.GetString(0)), (ProductField)reader.GetInt16(1));

    static EntryId? Id(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : new EntryId(reader.GetGuid(column));

    static string Joined(IEnumerable<EntryId> ids) => string.Join(',', ids.Select(id => id.ToString()));
}
