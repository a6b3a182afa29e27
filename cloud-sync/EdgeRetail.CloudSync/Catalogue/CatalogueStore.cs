using System.Data;
using System.Security.Cryptography;
using System.Text;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;

namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>
/// Writes products with the next versions of the catalogue feed. Versions come from the catalogue head inside the transaction that
/// writes the rows, so that version order is commit order and no device ever skips one.
/// </summary>
sealed class CatalogueStore(NpgsqlDataSource database, TimeProvider clock)
{
    const string MakeHeadSql = "insert into catalogue_head (singleton, version, hash, checksum) values (1, 0, @start, @empty) on conflict do nothing";

    const string LockHeadSql = "select version, hash, checksum from catalogue_head where singleton = 1 for update";

    const string ReadPresentSql = $"""
        select code, name, brand, size, price_minor, currency, unit, version, {TermsColumns.Names}
        from product
        where code = any(@codes) and not deleted
        """;

    const string WriteProductsSql = $"""
        insert into product (code, name, brand, size, price_minor, currency, unit, deleted, version, {TermsColumns.Names})
        select code, name, brand, size, price, currency, unit, false, version, {TermsColumns.Names}
        from unnest(@codes, @names, @brands, @sizes, @prices, @currencies, @units, @versions, @taxRates, @taxHundredths, @taxInclusive, @taxRoundings, @packs, @packContents)
            as changed (code, name, brand, size, price, currency, unit, version, {TermsColumns.Names})
        order by code collate "C"
        on conflict (code) do update
            set name = excluded.name, brand = excluded.brand, size = excluded.size, price_minor = excluded.price_minor,
                currency = excluded.currency, unit = excluded.unit, deleted = false, version = excluded.version,
                tax_rate_id = excluded.tax_rate_id, tax_hundredths = excluded.tax_hundredths, tax_inclusive = excluded.tax_inclusive, tax_rounding = excluded.tax_rounding,
                pack_product = excluded.pack_product, pack_content = excluded.pack_content
        """;

    const string WriteCommitSql = "insert into catalogue_commit (version, hash, row_count, committed_at_ms) values (@version, @hash, @rows, @at)";

    const string WriteHeadSql = "update catalogue_head set version = @version, hash = @hash, checksum = @checksum where singleton = 1";

    /// <summary>The rows that differ from what the catalogue holds, in their order. Asked without a lock: a chunk of equal rows costs one read.</summary>
    public async Task<List<CatalogueRow>> ChangedAsync(IReadOnlyList<CatalogueRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return Changed(rows, await PresentAsync(connection, null, rows, cancellationToken));
    }

    /// <summary>
    /// Commits those of the rows that still differ under one transaction of the catalogue head, numbered in their order, and gives
    /// the version after them; nothing is written, and no version used, where none differs. The catalogue's checksum is kept along
    /// in the same transaction.
    /// </summary>
    public async Task<CatalogueCommit> CommitAsync(IReadOnlyList<CatalogueRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var (before, hash, checksum) = await LockHeadAsync(connection, transaction, cancellationToken);
        var present = await PresentAsync(connection, transaction, rows, cancellationToken);
        var changed = Changed(rows, present);
        if (changed.Count == 0) return new(before, before, 0);

        var after = before + changed.Count;
        var hashAfter = Hash(hash, changed, before);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                WriteProducts(changed, before),
                new(WriteCommitSql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<long>("version", after),
                        new NpgsqlParameter<byte[]>("hash", hashAfter),
                        new NpgsqlParameter<int>("rows", changed.Count),
                        new NpgsqlParameter<long>("at", clock.GetUtcNow().ToUnixTimeMilliseconds()),
                    },
                },
                new(WriteHeadSql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<long>("version", after),
                        new NpgsqlParameter<byte[]>("hash", hashAfter),
                        new NpgsqlParameter<byte[]>("checksum", Checksum(checksum, changed, present, before).ToByteArray()),
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        // What is sent to commit is committed: from here on there is no stopping.
        await transaction.CommitAsync(CancellationToken.None);
        return new(before, after, changed.Count);
    }

    public async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select coalesce((select version from catalogue_head), 0)");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// The feed hash after a commit: SHA-256(hash before ‖ for each row in version order its code, a line feed, its version
    /// in decimal, a line feed).
    /// </summary>
    public static byte[] Hash(byte[] before, IEnumerable<(string Code, long Version)> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(before);
        foreach (var (code, version) in rows) hash.AppendData(Encoding.UTF8.GetBytes($"{code}\n{version}\n"));
        return hash.GetHashAndReset();
    }

    static byte[] Hash(byte[] before, List<CatalogueRow> rows, long versionBefore) =>
        Hash(before, rows.Select((row, i) => (row.Code.Value, versionBefore + 1 + i)));

    static CatalogueChecksum Checksum(CatalogueChecksum checksum, List<CatalogueRow> rows, Dictionary<string, (CatalogueRow Row, long Version)> present, long versionBefore)
    {
        foreach (var row in rows)
        {
            if (present.TryGetValue(row.Code.Value, out var old)) checksum = checksum.Without(old.Row.Content(old.Version));
            checksum = checksum.With(row.Content(++versionBefore));
        }

        return checksum;
    }

    static async Task<(long Version, byte[] Hash, CatalogueChecksum Checksum)> LockHeadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new(MakeHeadSql) { Parameters = { new NpgsqlParameter<byte[]>("start", FeedHash.Start.ToByteArray()), new NpgsqlParameter<byte[]>("empty", CatalogueChecksum.Empty.ToByteArray()) } },
                new(LockHeadSql),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), CatalogueChecksum.Read(reader.GetFieldValue<byte[]>(2)));
    }

    /// <summary>The rows as the catalogue holds them now, by code; those that it lacks or has deleted are not among them.</summary>
    static async Task<Dictionary<string, (CatalogueRow Row, long Version)>> PresentAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IReadOnlyList<CatalogueRow> rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadPresentSql, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<string[]>("codes", [.. rows.Select(row => row.Code.Value)]));
        var present = new Dictionary<string, (CatalogueRow, long)>(rows.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new CatalogueRow(
                ProductCode.Parse(reader.GetString(0)), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                new(reader.GetInt64(4), Currency.Parse(reader.GetString(5))), (Unit)reader.GetInt16(6)) { Terms = TermsColumns.Read(reader, 8) };
            present[reader.GetString(0)] = (row, reader.GetInt64(7));
        }

        return present;
    }

    static List<CatalogueRow> Changed(IReadOnlyList<CatalogueRow> rows, Dictionary<string, (CatalogueRow Row, long Version)> present) =>
        [.. rows.Where(row => !present.TryGetValue(row.Code.Value, out var same) || same.Row != row)];

    static NpgsqlBatchCommand WriteProducts(List<CatalogueRow> rows, long versionBefore) => new(WriteProductsSql)
    {
        Parameters =
        {
            new NpgsqlParameter<string[]>("codes", [.. rows.Select(row => row.Code.Value)]),
            new NpgsqlParameter<string[]>("names", [.. rows.Select(row => row.Name)]),
            new NpgsqlParameter<string[]>("brands", [.. rows.Select(row => row.Brand)]),
            new NpgsqlParameter<string[]>("sizes", [.. rows.Select(row => row.Size)]),
            new NpgsqlParameter<long[]>("prices", [.. rows.Select(row => row.Price.MinorUnits)]),
            new NpgsqlParameter<string[]>("currencies", [.. rows.Select(row => row.Price.Currency.Code)]),
            new NpgsqlParameter<short[]>("units", [.. rows.Select(row => (short)row.Unit)]),
            new NpgsqlParameter<long[]>("versions", [.. rows.Select((_, i) => versionBefore + 1 + i)]),
            new NpgsqlParameter<string?[]>("taxRates", [.. rows.Select(row => row.Terms.Tax?.Id)]),
            new NpgsqlParameter<int?[]>("taxHundredths", [.. rows.Select(row => row.Terms.Tax?.Hundredths)]),
            new NpgsqlParameter<bool?[]>("taxInclusive", [.. rows.Select(row => row.Terms.Tax?.Inclusive)]),
            new NpgsqlParameter<short?[]>("taxRoundings", [.. rows.Select(row => (short?)row.Terms.Tax?.Rounding)]),
            new NpgsqlParameter<string?[]>("packs", [.. rows.Select(row => row.Terms.Pack?.Product.Value)]),
            new NpgsqlParameter<long?[]>("packContents", [.. rows.Select(row => row.Terms.Pack?.Thousandths)]),
        },
    };
}
