namespace EdgeRetail.Demo.Show;

/// <summary>What the screen shows at a moment.</summary>
sealed record Scene(TimeSpan Elapsed, string Act, IReadOnlyList<AgentScene> Agents, CloudScene? Cloud, string OperatorsAddress)
{
    public int Sold => Agents.Sum(agent => agent.Sold);

    public int ToSell => Agents.Sum(agent => agent.ToSell);
}
