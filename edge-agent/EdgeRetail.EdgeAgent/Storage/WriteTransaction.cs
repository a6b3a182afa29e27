namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>The one write transaction that is open.</summary>
sealed class WriteTransaction(Connection connection)
{
    Action? completing;
    Action? committed;

    public Statement Prepare(string sql) => connection.Prepare(sql);

    public Connection Connection => connection;

    /// <summary>Rows that the last statement inserted, changed or deleted.</summary>
    public int Changes => connection.Changes;

    public long LastInsertRowId => connection.LastInsertRowId;

    /// <summary>Runs as the last work of the transaction: what refers to rows that its other work writes.</summary>
    public void BeforeCommit(Action action) => completing += action;

    /// <summary>Runs after the commit and before any other transaction begins; not at all when there is no commit.</summary>
    public void AfterCommit(Action action) => committed += action;

    internal void Completing() => completing?.Invoke();

    internal void Committed() => committed?.Invoke();
}
