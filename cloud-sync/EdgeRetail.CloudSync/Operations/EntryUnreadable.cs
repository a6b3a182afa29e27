namespace EdgeRetail.CloudSync.Operations;

/// <summary>Why the bytes of an entry say nothing, and how they begin, in hexadecimal.</summary>
public sealed record EntryUnreadable(string Code, string Message, string FirstBytes);
