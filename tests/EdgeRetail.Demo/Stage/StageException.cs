namespace EdgeRetail.Demo.Stage;

/// <summary>A program of the product did not do what the demo needs; the message holds what it said.</summary>
sealed class StageException(string message) : Exception(message);
