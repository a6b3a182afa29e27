namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>The one write transaction that is open.</summary>
sealed class WriteTransaction(Connection connection)
{
    Action? committed;

    public Statement Prepare(string sql) => connection.Prepare(sql);

    public Connection Connection => connection;

    /// <summary>Rows that the last statement inserted, changed or deleted.</summary>
    public int Changes => connection.Changes;

    public long LastInsertRowId => connection.LastInsertRowId;

    /// <summary>Runs after the commit and before any other transaction begins; not at all when there is no commit.</summary>
    public void AfterCommit(Action action) => committed += action;

    internal void Committed() => committed?.Invoke();
}
