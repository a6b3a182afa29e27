using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;
using EdgeRetail.Checker.Ledgers;

namespace EdgeRetail.Checker.Passes;

/// <summary>
/// Edits, from the journal's bytes alone (S12): what each register shows is what the rule says of its set of edits, each pair of
/// concurrent ones is one conflict that names both, rule, policy version and winner, and what a person resolved says who and why.
/// Where a device stands at the store's head, its cache shows the same.
/// </summary>
sealed class EditPass(CloudSnapshot snapshot, CloudState cloud, IReadOnlyList<Ledger> ledgers, Verdicts verdicts)
{
    const int LatestWins = 1;
    const int CloudWins = 2;
    const int DeviceWins = 3;
    const int Manual = 4;

    const string JournalSql = $"SELECT {JournalRow.Columns}, policy_version FROM journal WHERE kind IN (30, 43) AND merged_at_version IS NOT NULL";
    const string PoliciesSql = "SELECT version, field, rule, resurrects FROM edit_policy ORDER BY version";
    const string RegistersSql = "SELECT store_id, product, field, entry_id, value, undecided, rule, policy_version, version, waiting FROM product_register";
    const string ConflictsSql = "SELECT store_id, product, field, first_entry_id, second_entry_id, winner_entry_id, rule, policy_version, state, settled_by FROM edit_conflict";
    const string CacheSql = """
        SELECT product, field, value, version FROM cache_register
        WHERE generation = (SELECT stock_generation FROM identity WHERE singleton = 1) AND store_id = $store
        """;

    readonly Dictionary<(int Store, string Product, int Field), List<Edit>> registers = [];
    readonly List<(int Version, int Field, int Rule, bool Resurrects)> policies = [];
    readonly Dictionary<(int Store, string Product, int Field), (string? Value, long Version)> shown = [];
    long pairs;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ReadEditsAsync(cancellationToken);
        policies.AddRange(await snapshot.RowsAsync(PoliciesSql, reader => (reader.GetInt32(0), (int)reader.GetInt16(1), (int)reader.GetInt16(2), reader.GetBoolean(3)), cancellationToken));
        var conflicts = await ReadConflictsAsync(cancellationToken);
        await CheckRegistersAsync(cancellationToken);
        CheckConflicts(conflicts);
        CheckCaches();
        verdicts["S12"].Observed($"{registers.Values.Sum(edits => edits.Count):N0} edits of {registers.Count:N0} fields, {pairs:N0} concurrent pairs, {policies.Count} policies");
    }

    async Task ReadEditsAsync(CancellationToken cancellationToken)
    {
        var body = new EntryBody();
        await using var rows = await snapshot.CursorAsync(JournalSql, reader => (Row: JournalRow.Read(reader), Policy: reader.IsDBNull(13) ? (int?)null : reader.GetInt32(13)), cancellationToken);
        for (; rows.HasRow; await rows.MoveAsync(cancellationToken))
        {
            var (row, policy) = rows.Row;
            if (!body.Read(row.Bytes) || !EntryKinds.IsEdit(body.Kind)) continue;
            if (policy is null) verdicts["S12"].Broken($"{row.Id} is a merged edit and does not say under which policies");
            var key = (row.StoreId, body.EditedProduct, body.EditedField);
            if (!registers.TryGetValue(key, out var edits)) registers.Add(key, edits = []);
            edits.Add(new(EntryOrder.Of(row), body.EditedValue, body.Bases, body.Kind == EntryKinds.ConflictResolved, policy, row.MergedAtVersion!.Value, body.Kind != EntryKinds.ConflictResolved || body.Reason.Length > 0));
        }
    }

    async Task<Dictionary<(int Store, string Product, int Field), List<Conflict>>> ReadConflictsAsync(CancellationToken cancellationToken)
    {
        var conflicts = new Dictionary<(int, string, int), List<Conflict>>();
        await using var rows = await snapshot.CursorAsync(
            ConflictsSql,
            reader => (Key: (reader.GetInt32(0), reader.GetString(1), (int)reader.GetInt16(2)), Conflict: new Conflict(
                EntryKey.Of(reader.GetGuid(3)), EntryKey.Of(reader.GetGuid(4)), reader.IsDBNull(5) ? null : EntryKey.Of(reader.GetGuid(5)), reader.GetInt16(6), reader.GetInt32(7), reader.GetInt16(8),
                reader.IsDBNull(9) ? null : EntryKey.Of(reader.GetGuid(9)))),
            cancellationToken);
        for (; rows.HasRow; await rows.MoveAsync(cancellationToken))
        {
            if (!conflicts.TryGetValue(rows.Row.Key, out var list)) conflicts.Add(rows.Row.Key, list = []);
            list.Add(rows.Row.Conflict);
        }

        return conflicts;
    }

    async Task CheckRegistersAsync(CancellationToken cancellationToken)
    {
        var missing = registers.Keys.ToHashSet();
        await using var rows = await snapshot.CursorAsync(
            RegistersSql,
            reader => (Key: (reader.GetInt32(0), reader.GetString(1), (int)reader.GetInt16(2)), Entry: reader.IsDBNull(3) ? (EntryKey?)null : EntryKey.Of(reader.GetGuid(3)), Value: reader.IsDBNull(4) ? null : reader.GetString(4),
                Undecided: reader.GetBoolean(5), Rule: (int)reader.GetInt16(6), Policy: reader.GetInt32(7), Version: reader.GetInt64(8), Waiting: reader.GetFieldValue<Guid[]>(9)),
            cancellationToken);
        for (; rows.HasRow; await rows.MoveAsync(cancellationToken))
        {
            var row = rows.Row;
            shown[row.Key] = (row.Value, row.Version);
            if (!missing.Remove(row.Key))
            {
                verdicts["S12"].Broken($"{Name(row.Key)} has a value of its own and no edit");
                continue;
            }

            var edits = registers[row.Key];
            var last = edits.MaxBy(edit => edit.Version)!;
            var (rule, resurrects) = PolicyAt(row.Key.Item3, last.PolicyVersion ?? 0);
            var set = new EditSet(edits);
            var heads = set.Heads;
            var winner = heads.Count == 0 ? null : Winner(heads, rule, resurrects);
            var standing = winner ?? (heads.Count == 0 ? null : set.LatestBefore(heads));
            if (row.Entry != standing?.Id || row.Value != standing?.Value) verdicts["S12"].Broken($"{Name(row.Key)} is '{row.Value}' by {row.Entry}, its edits make it '{standing?.Value}' by {standing?.Id}");
            if (row.Undecided != (heads.Count > 0 && winner is null)) verdicts["S12"].Broken($"{Name(row.Key)} says undecided {row.Undecided}, of {heads.Count} heads {(winner is null ? "none wins" : "one wins")}");
            if (row.Rule != rule || row.Policy != last.PolicyVersion || row.Version != last.Version) verdicts["S12"].Broken($"{Name(row.Key)} is of rule {row.Rule}, policy {row.Policy}, version {row.Version}; its last edit is of {rule}, {last.PolicyVersion}, {last.Version}");
            if (!row.Waiting.Select(EntryKey.Of).SequenceEqual(set.Waiting.Select(edit => edit.Id))) verdicts["S12"].Broken($"{Name(row.Key)} has {row.Waiting.Length} waiting edits, {set.Waiting.Count} lack what they are based on");
        }

        foreach (var key in missing) verdicts["S12"].Broken($"{Name(key)} was edited and has no register");
    }

    void CheckConflicts(Dictionary<(int Store, string Product, int Field), List<Conflict>> conflicts)
    {
        foreach (var key in conflicts.Keys.Except(registers.Keys)) verdicts["S12"].Broken($"{Name(key)} has conflicts and no edits");
        foreach (var (key, edits) in registers)
        {
            var expected = new EditSet(edits).Pairs();
            pairs += expected.Count;
            foreach (var conflict in conflicts.GetValueOrDefault(key, []))
            {
                if (!expected.Remove((conflict.First, conflict.Second), out var settledBy))
                {
                    verdicts["S12"].Broken($"{Name(key)}: a conflict of {conflict.First} and {conflict.Second}, which are no concurrent pair, or a second one of them");
                    continue;
                }

                CheckConflict(key, edits, conflict, settledBy);
            }

            foreach (var (first, second) in expected.Keys) verdicts["S12"].Broken($"{Name(key)}: {first} and {second} are concurrent and in no conflict");
        }
    }

    void CheckConflict((int Store, string Product, int Field) key, List<Edit> edits, Conflict conflict, EntryKey? settledBy)
    {
        if (conflict.SettledBy != settledBy) verdicts["S12"].Broken($"{Name(key)}: the conflict of {conflict.First} and {conflict.Second} is settled by {conflict.SettledBy}, the first edit that knew both is {settledBy}");
        var by = settledBy is { } id ? edits.Single(edit => edit.Id == id) : null;
        var state = by is null ? (conflict.Winner is null ? 0 : 1) : by.Resolves ? 2 : 3;
        if (conflict.State != state) verdicts["S12"].Broken($"{Name(key)}: the conflict of {conflict.First} and {conflict.Second} says state {conflict.State}, not {state}");
        if (by is { SaysWhoAndWhy: false }) verdicts["S12"].Broken($"{Name(key)}: {by.Id} resolved and does not say why");
        var (rule, resurrects) = PolicyAt(key.Field, conflict.PolicyVersion);
        var winner = Winner([edits.Single(edit => edit.Id == conflict.First), edits.Single(edit => edit.Id == conflict.Second)], rule, resurrects)?.Id;
        if (conflict.Rule != rule || conflict.Winner != winner) verdicts["S12"].Broken($"{Name(key)}: of {conflict.First} and {conflict.Second} {conflict.Winner} won by rule {conflict.Rule}; policy {conflict.PolicyVersion} is rule {rule}, by which it is {winner}");
    }

    void CheckCaches()
    {
        foreach (var ledger in ledgers.Where(ledger => cloud.StoreHeads.TryGetValue((int)ledger.StoreId, out var head) && head.Version == ledger.StoreFeed.Version))
        {
            var missing = shown.Where(row => row.Key.Store == ledger.StoreId).ToDictionary(row => (row.Key.Product, row.Key.Field), row => row.Value);
            foreach (var (product, field, value, version) in ledger.Read(ledger.Command(CacheSql, ("$store", ledger.StoreId)), reader => (reader.GetString(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetInt64(3))))
            {
                if (!missing.Remove((product, field), out var expected) || expected != (value, version))
                    verdicts["S12"].Broken($"{ledger}: field {field} of {product} is '{value}' at {version} in its cache, the cloud's is '{expected.Value}' at {expected.Version}");
            }

            foreach (var (product, field) in missing.Keys) verdicts["S12"].Broken($"{ledger}: field {field} of {product} is not in its cache");
        }
    }

    (int Rule, bool Resurrects) PolicyAt(int field, int version)
    {
        var policy = policies.LastOrDefault(each => each.Field == field && each.Version <= version);
        return policy.Version == 0 ? (LatestWins, false) : (policy.Rule, policy.Resurrects);
    }

    /// <summary>Null where a person has to decide.</summary>
    static Edit? Winner(IReadOnlyList<Edit> concurrent, int rule, bool resurrects)
    {
        var left = concurrent.ToList();
        if (!resurrects && left.Exists(edit => edit.Value is null)) left.RemoveAll(edit => edit.Value is not null);
        if (left.TrueForAll(edit => edit.Value is null)) return left.MaxBy(edit => edit.At);
        if (rule == CloudWins && left.Exists(edit => edit.At.Device == 0)) left.RemoveAll(edit => edit.At.Device != 0);
        if (rule == DeviceWins && left.Exists(edit => edit.At.Device != 0)) left.RemoveAll(edit => edit.At.Device == 0);
        return rule == Manual && left.Count > 1 ? null : left.MaxBy(edit => edit.At);
    }

    static string Name((int Store, string Product, int Field) key) => $"store {key.Store}: field {key.Field} of {key.Product}";

    sealed record Conflict(EntryKey First, EntryKey Second, EntryKey? Winner, int Rule, int PolicyVersion, int State, EntryKey? SettledBy);
}
