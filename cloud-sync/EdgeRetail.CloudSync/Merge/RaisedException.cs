using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// A state that a person should look at began with an entry, and may have ended with another one of the same commit. At most one is open
/// per store, code and subject: to raise what is open already does nothing.
/// </summary>
public sealed record RaisedException(string Code, string Subject, EntryId Entry, long Version, string Detail)
{
    public ExceptionClosing? Closing { get; set; }

    /// <summary>Derived from what raised it, so that whoever merges the same entries names it the same.</summary>
    public Guid Id => EntryId.OfUndecodable(Hash256.Of(System.Text.Encoding.UTF8.GetBytes($"{Code}\n{Subject}\n{Entry}\n{Version}"))).Value;
}
