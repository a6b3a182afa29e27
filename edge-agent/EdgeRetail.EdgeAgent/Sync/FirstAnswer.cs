using System.Text;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>What the first bytes from the other end say of who answers: a cloud begins with the SETTINGS frame of HTTP/2. Pure.</summary>
static class FirstAnswer
{
    /// <summary>So much is enough to tell, and to name a status line.</summary>
    public const int BytesMax = 48;

    const int FrameTypeAt = 3;
    const byte SettingsFrame = 4;
    const byte TlsAlert = 0x15;
    const byte TlsHandshake = 0x16;
    const byte TlsMajor = 3;

    /// <summary>Who answers, where that is no cloud; null where it may be one, or too little came to tell.</summary>
    public static string? Stranger(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("HTTP/"u8)) return $"a server that says '{StatusLine(bytes)}'";
        if (bytes.Length >= 2 && bytes[0] is TlsAlert or TlsHandshake && bytes[1] == TlsMajor) return "a server that speaks TLS";
        return bytes.Length > FrameTypeAt && bytes[FrameTypeAt] != SettingsFrame ? "a program that does not speak HTTP/2" : null;
    }

    static string StatusLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        var line = Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
        return string.Concat(line.Select(character => char.IsAsciiLetterOrDigit(character) || character is ' ' or '/' or '.' or '-' ? character : '?'));
    }
}
