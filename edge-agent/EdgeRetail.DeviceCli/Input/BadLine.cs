namespace EdgeRetail.DeviceCli.Input;

/// <summary>A line of a file that cannot be taken, by its number from 1.</summary>
sealed record BadLine(int Line, string Code, string Message);
