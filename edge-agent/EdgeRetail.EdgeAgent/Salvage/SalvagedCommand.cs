namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>A command id that was read out of a damaged ledger, with the position that it had there.</summary>
sealed record SalvagedCommand(byte[] Id, long Part, long Position, byte[] Fingerprint);
