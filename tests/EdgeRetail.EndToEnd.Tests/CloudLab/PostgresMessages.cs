using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>Cuts one direction of a PostgreSQL connection into its messages (protocol 3).</summary>
sealed class PostgresMessages(Socket from)
{
    const int LengthBytes = sizeof(int);

    byte[] buffer = new byte[64 * 1024];
    int start;
    int end;

    /// <summary>The message after this one is here already: what was read before it need not be sent yet.</summary>
    public bool HasNext => end - start >= 1 + LengthBytes && end - start >= 1 + Length(start + 1);

    /// <summary>The first message of a connection has no type. Null at the end. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> UntypedAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(LengthBytes, cancellationToken)) return null;
        return await TakeAsync(Length(start), cancellationToken);
    }

    /// <summary>One message with its type and length. Null at the end. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(1 + LengthBytes, cancellationToken)) return null;
        return await TakeAsync(1 + Length(start + 1), cancellationToken);
    }

    public static char Type(ReadOnlyMemory<byte> message) => (char)message.Span[0];

    public static ReadOnlySpan<byte> Body(ReadOnlyMemory<byte> message) => message.Span[(1 + LengthBytes)..];

    /// <summary>A text up to its zero byte, and what follows.</summary>
    public static string Text(ref ReadOnlySpan<byte> body)
    {
        var length = body.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(body[..length]);
        body = body[(length + 1)..];
        return text;
    }

    /// <summary>An error that ends the connection before it began.</summary>
    public static byte[] FatalError(string sqlState, string text)
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{sqlState}\0M{text}\0\0");
        var message = new byte[1 + LengthBytes + fields.Length];
        message[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), LengthBytes + fields.Length);
        fields.CopyTo(message.AsSpan(1 + LengthBytes));
        return message;
    }

    int Length(int at) => BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at));

    async ValueTask<ReadOnlyMemory<byte>?> TakeAsync(int length, CancellationToken cancellationToken)
    {
        if (!await FillAsync(length, cancellationToken)) return null;
        var message = buffer.AsMemory(start, length);
        start += length;
        return message;
    }

    async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        while (end - start < wanted)
        {
            if (start > 0 && buffer.Length - start < wanted)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            if (buffer.Length < wanted) Array.Resize(ref buffer, wanted);
            var read = await from.ReceiveAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0) return false;
            end += read;
        }

        return true;
    }
}
