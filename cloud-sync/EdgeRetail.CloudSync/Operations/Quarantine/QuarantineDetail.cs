using System.Text.Json;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>
/// An entry that stands or stood in quarantine: what is known of it, its bytes field by field as far as they decode and in
/// hexadecimal beside, and what became of it. Body is its JSON form, to be corrected; null where the bytes have none.
/// </summary>
public sealed record QuarantineDetail(EntryDetail Entry, Settlement? Settlement, EntryFields Decoded, string Hex, JsonElement? Body)
{
    /// <summary>For If-Match: it changes once, when the entry is settled.</summary>
    public string Tag => $"\"{Entry.ReceivedAtVersion}-{Settlement?.Version ?? 0}\"";
}
