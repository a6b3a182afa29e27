namespace EdgeRetail.Simulation.Cloud;

/// <summary>A backup of the database; what it holds is the database's own business.</summary>
abstract record CloudImage;
