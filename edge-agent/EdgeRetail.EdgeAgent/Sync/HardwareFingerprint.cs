using System.Security.Cryptography;
using System.Text;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// Names the machine, not the card in it: a ledger whose card moved to another machine shows another fingerprint. Nothing that
/// identifies the machine leaves it, only a hash.
/// </summary>
public static class HardwareFingerprint
{
    static readonly string[] Serials =
    [
        "proc/device-tree/serial-number", "sys/firmware/devicetree/base/serial-number", "sys/class/dmi/id/product_uuid", "sys/class/dmi/id/board_serial",
    ];

    /// <summary>16 hexadecimal digits; empty where the machine tells nothing about itself.</summary>
    public static string Read(string root = "/")
    {
        var facts = new StringBuilder();
        foreach (var serial in Serials) facts.Append(Text(Path.Combine(root, serial))).Append('\n');
        foreach (var device in Interfaces(root)) facts.Append(Text(Path.Combine(device, "address"))).Append('\n');
        var text = facts.ToString();
        return string.IsNullOrWhiteSpace(text) ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    /// <summary>Network interfaces with hardware behind them: bridges and tunnels come and go.</summary>
    static IEnumerable<string> Interfaces(string root)
    {
        var folder = Path.Combine(root, "sys/class/net");
        return Directory.Exists(folder)
            ? Directory.EnumerateFileSystemEntries(folder).Where(entry => Directory.Exists(Path.Combine(entry, "device"))).Order(StringComparer.Ordinal)
            : [];
    }

    static string Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim('\0', '\n', ' ') : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
