namespace EdgeRetail.CloudSync.Merge;

/// <summary>What ends an exception that stood open before; nothing where none does.</summary>
public sealed record ClosedException(string Code, string Subject, ExceptionClosing Closing);
