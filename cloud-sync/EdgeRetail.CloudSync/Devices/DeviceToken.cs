using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// What a device authenticates with until it has a certificate: 256 random bits, shown once. The database holds the hash
/// alone, so a copy of it lets nobody in.
/// </summary>
public static class DeviceToken
{
    /// <summary>Tells people and secret scanners what it is.</summary>
    public const string Prefix = "erd_";

    const int RandomBytes = 32;

    public static string Create(RandomNumberGenerator random)
    {
        var bytes = new byte[RandomBytes];
        random.GetBytes(bytes);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
