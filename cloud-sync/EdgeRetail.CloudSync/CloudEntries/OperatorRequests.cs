using System.Text.Json;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What operators' clients were answered under their keys: kept with what it answers, in the same transaction, for two days.</summary>
static class OperatorRequests
{
    const string KeepSql = "INSERT INTO operator_request (key, print, status, answer, answered_at_ms) VALUES ($1, $2, 200, $3, $4)";

    const string ForgetSql = "DELETE FROM operator_request WHERE answered_at_ms < $1";

    const string FindSql = "SELECT print, answer FROM operator_request WHERE key = $1";

    static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Keep<T>(NpgsqlBatch batch, IdempotencyKey key, T answer, long nowMs)
    {
        batch.Add(ForgetSql, Parameter(nowMs - (long)Kept.TotalMilliseconds));
        batch.Add(KeepSql, Parameter(key.Key), Parameter(key.Print.ToByteArray()), Parameter(JsonSerializer.Serialize(answer, Json)), Parameter(nowMs));
    }

    /// <summary>What the key was answered before, null within where that was for another request; null for a new key.</summary>
    public static async Task<(T? Answer, bool SaidTheSame)?> FindAsync<T>(NpgsqlDataSource database, IdempotencyKey key, CancellationToken cancellationToken)
        where T : class
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(Parameter(key.Key));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var same = Hash256.Read(reader.GetFieldValue<byte[]>(0)) == key.Print;
        return (same ? JsonSerializer.Deserialize<T>(reader.GetString(1), Json) : null, same);
    }
}
