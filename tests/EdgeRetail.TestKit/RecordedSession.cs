using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EdgeRetail.TestKit;

/// <summary>
/// A session as one version of the product had it: what went over the wire both ways, the device's files before it, and what came
/// of it. Every later version has to be able to live with the bytes of every earlier one.
/// </summary>
public sealed record RecordedSession(string Version, IReadOnlyList<RecordedMessage> Messages, RecordedShop Shop, string DeviceFiles)
{
    /// <summary>Not released yet: recorded anew whenever the contract changes, and named for its version when that is released.</summary>
    public const string Unreleased = "unreleased";

    const string MessagesName = "session.txt";
    const string ShopName = "shop.json";
    const string DeviceName = "device.zip";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    static string Root => Path.Combine(RepositoryRoot.Path, "tests", "Recordings");

    /// <summary>Of every version there is.</summary>
    public static IReadOnlyList<string> Versions => [.. Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <summary>Of the field numbers as they are approved now.</summary>
    public static string ContractHash() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "EdgeRetail.Architecture.Tests", "WireContract.approved.txt")).ReplaceLineEndings("\n"))));

    public static RecordedSession Read(string version)
    {
        var folder = Path.Combine(Root, version);
        return new(
            version,
            [.. File.ReadLines(Path.Combine(folder, MessagesName)).Select(line => new RecordedMessage(line[0] == '>', Convert.FromHexString(line.AsSpan(2))))],
            JsonSerializer.Deserialize<RecordedShop>(File.ReadAllText(Path.Combine(folder, ShopName)), Json)!,
            Path.Combine(folder, DeviceName));
    }

    public static void Write(string version, IEnumerable<RecordedMessage> messages, RecordedShop shop, string deviceFolder, IEnumerable<string> deviceFiles)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, version)).FullName;
        File.WriteAllLines(Path.Combine(folder, MessagesName), messages.Select(message => $"{(message.FromDevice ? '>' : '<')} {Convert.ToHexStringLower(message.Bytes)}"));
        File.WriteAllText(Path.Combine(folder, ShopName), JsonSerializer.Serialize(shop, Json) + "\n");
        File.Delete(Path.Combine(folder, DeviceName));
        using var archive = ZipFile.Open(Path.Combine(folder, DeviceName), ZipArchiveMode.Create);
        foreach (var file in deviceFiles) archive.CreateEntryFromFile(Path.Combine(deviceFolder, file), file, CompressionLevel.SmallestSize);
    }

    /// <summary>The device's files as they were before the session, in a folder that only its owner enters.</summary>
    public void RestoreDevice(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ZipFile.ExtractToDirectory(DeviceFiles, folder);
        foreach (var file in Directory.GetFiles(folder)) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public override string ToString() => Version;
}
