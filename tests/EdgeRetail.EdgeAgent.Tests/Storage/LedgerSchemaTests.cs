using EdgeRetail.TestKit;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.EdgeAgent.Tests.Storage;

/// <summary>The ledger's schema as it stands on devices: a change of it is a migration of its own, read here line by line.</summary>
sealed class LedgerSchemaTests : AgentFixture
{
    [Test]
    public void The_schema_is_the_approved_one()
    {
        using var connection = new SqliteConnection($"Data Source={LedgerFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'product_search_%' ORDER BY type, name";
        using var rows = command.ExecuteReader();
        var statements = new List<string>();
        while (rows.Read()) statements.Add(rows.GetString(0) + ";");
        Approved.Verify(string.Join("\n\n", statements) + "\n", "LedgerSchema");
    }
}
