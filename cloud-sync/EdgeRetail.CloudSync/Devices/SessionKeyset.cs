namespace EdgeRetail.CloudSync.Devices;

/// <summary>The keys that tokens may carry, and the one that new tokens get. Kept outside the database, so that a restored database cannot forget its own future.</summary>
public sealed record SessionKeyset(byte CurrentId, IReadOnlyList<SessionKey> Keys)
{
    public SessionKey Current => Find(CurrentId) ?? throw new InvalidOperationException($"The session keys lack the current one, {CurrentId}.");

    public SessionKey? Find(byte id)
    {
        foreach (var key in Keys)
        {
            if (key.Id == id) return key;
        }

        return null;
    }
}
