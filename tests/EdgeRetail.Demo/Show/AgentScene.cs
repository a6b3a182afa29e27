using EdgeRetail.Demo.Stage;

namespace EdgeRetail.Demo.Show;

/// <summary>One agent at a moment; the status is the last that it gave.</summary>
sealed record AgentScene(string Code, int Store, int Sold, int ToSell, AgentStatus? Status, string? Trouble, string KioskAddress);
