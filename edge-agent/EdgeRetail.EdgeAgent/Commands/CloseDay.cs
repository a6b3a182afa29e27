using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>A business date is closed; without a date the one that it is now.</summary>
public sealed record CloseDay(CommandId? Command, string Actor, DateOnly? Date);
